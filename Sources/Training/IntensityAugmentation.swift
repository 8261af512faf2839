import Foundation
import Networks
import Voxels

/// Changes of intensity that leave the shape of things alone: noise, blur, brightness, contrast, simulated low
/// resolution and gamma, in the order and with the ranges of nnU-Net's default training (nnUNetTrainer with
/// batchgeneratorsv2; Isensee et al., Nature Methods 2021).
package struct IntensityAugmentation: Sendable, Equatable {
  /// Standard deviation of added Gaussian noise, in units of the normalised image; nil for none.
  package var noiseDeviation: Double?
  /// Standard deviations in voxels of a Gaussian blur along (z, y, x).
  package var blurDeviations: [Double]?
  package var brightnessFactor: Double?
  /// Factor about the mean; the range of the image is kept.
  package var contrastFactor: Double?
  /// The share of the resolution that is kept, along each axis.
  package var resolution: Double?
  package var gammaExponent: Double?
  /// Gamma on the negated image, which spreads the bright end instead of the dark.
  package var invertedGammaExponent: Double?

  package static let none = IntensityAugmentation()

  private init() {}

  package init(drawnFrom random: inout RandomStream, recipe: FinetuningRecipe) {
    // Every number is drawn whether it is used or not, so that one setting does not change another's draws.
    func drawn<Value>(_ probability: Double, _ value: (inout RandomStream) -> Value) -> Value? {
      let happens = random.happens(withProbability: probability)
      let value = value(&random)
      return happens ? value : nil
    }
    /// Below 1 as often as above.
    func factor(_ lowest: Double, _ highest: Double) -> (inout RandomStream) -> Double {
      { $0.happens(withProbability: 0.5) ? $0.uniform(lowest...1) : $0.uniform(1...highest) }
    }
    noiseDeviation = drawn(recipe.noiseProbability) { $0.uniform(0...0.1) }
    blurDeviations = drawn(recipe.blurProbability) { random in (0..<3).map { _ in random.uniform(0.5...1) } }
    brightnessFactor = drawn(recipe.brightnessProbability, factor(0.75, 1.25))
    contrastFactor = drawn(recipe.contrastProbability, factor(0.75, 1.25))
    resolution = drawn(recipe.lowResolutionProbability) { $0.uniform(0.5...1) }
    invertedGammaExponent = drawn(recipe.gammaProbability / 3, factor(0.7, 1.5))
    gammaExponent = drawn(recipe.gammaProbability, factor(0.7, 1.5))
  }

  /// - Parameters:
  ///   - image: C order (z, y, x), of `extent`.
  ///   - random: the stream of the noise.
  package func apply(to image: inout [Float], extent: Extent, random: inout RandomStream) {
    precondition(image.count == extent.count, "\(image.count) voxels do not fill \(extent)")
    if image.isEmpty { return }
    if let noiseDeviation { addNoise(Float(noiseDeviation), to: &image, random: &random) }
    if let blurDeviations { image = GaussianBlur(deviations: blurDeviations).applied(to: image, extent) }
    if let brightnessFactor {
      let factor = Float(brightnessFactor)
      for index in image.indices { image[index] *= factor }
    }
    if let contrastFactor { stretch(&image, about: statistics(of: image), by: Float(contrastFactor)) }
    if let resolution { image = LowResolution(share: resolution).applied(to: image, extent) }
    if let invertedGammaExponent {
      for index in image.indices { image[index] = -image[index] }
      applyGamma(Float(invertedGammaExponent), to: &image)
      for index in image.indices { image[index] = -image[index] }
    }
    if let gammaExponent { applyGamma(Float(gammaExponent), to: &image) }
  }
}

private struct IntensityStatistics {
  var mean: Float
  var deviation: Float
  var lowest: Float
  var highest: Float
}

private func statistics(of image: [Float]) -> IntensityStatistics {
  var (sum, squares) = (0.0, 0.0)
  var (lowest, highest) = (Float.infinity, -Float.infinity)
  for value in image {
    sum += Double(value)
    squares += Double(value) * Double(value)
    lowest = min(lowest, value)
    highest = max(highest, value)
  }
  let mean = sum / Double(image.count)
  let variance = max(0, squares / Double(image.count) - mean * mean)
  return IntensityStatistics(
    mean: Float(mean), deviation: Float(variance.squareRoot()), lowest: lowest, highest: highest)
}

private func addNoise(_ deviation: Float, to image: inout [Float], random: inout RandomStream) {
  for index in image.indices {
    image[index] += Float(random.normal()) * deviation
  }
}

private func stretch(_ image: inout [Float], about statistics: IntensityStatistics, by factor: Float) {
  for index in image.indices {
    let value = (image[index] - statistics.mean) * factor + statistics.mean
    image[index] = min(max(value, statistics.lowest), statistics.highest)
  }
}

/// Raises the image, scaled to 0…1, to `exponent`, then gives it back its mean and standard deviation.
private func applyGamma(_ exponent: Float, to image: inout [Float]) {
  let before = statistics(of: image)
  let range = before.highest - before.lowest
  // A flat image has no shape that gamma could change.
  guard range > 0, range.isFinite else { return }
  for index in image.indices {
    image[index] = powf((image[index] - before.lowest) / range, exponent) * range + before.lowest
  }
  let after = statistics(of: image)
  let factor = after.deviation > 0 ? before.deviation / after.deviation : 1
  for index in image.indices { image[index] = (image[index] - after.mean) * factor + before.mean }
}
