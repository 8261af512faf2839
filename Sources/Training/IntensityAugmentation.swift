import Foundation
import Networks

/// Changes of intensity that leave the shape of things alone: noise, brightness, contrast and gamma, with the ranges of
/// nnU-Net's default training (Isensee et al., Nature Methods 2021).
package struct IntensityAugmentation: Sendable, Equatable {
  /// Standard deviation of added Gaussian noise, in units of the normalised image; nil for none.
  package var noiseDeviation: Double?
  package var brightnessFactor: Double?
  /// Factor about the mean; the range of the image is kept.
  package var contrastFactor: Double?
  package var gammaExponent: Double?
  /// Gamma on the negated image, which spreads the bright end instead of the dark.
  package var invertedGammaExponent: Double?

  package static let none = IntensityAugmentation()

  private init() {}

  package init(drawnFrom random: inout RandomStream, recipe: FinetuningRecipe) {
    func drawn(_ probability: Double, _ range: ClosedRange<Double>) -> Double? {
      let happens = random.happens(withProbability: probability)
      let value = random.uniform(range)
      return happens ? value : nil
    }
    noiseDeviation = drawn(recipe.noiseProbability, 0...0.1).map { $0.squareRoot() }
    brightnessFactor = drawn(recipe.brightnessProbability, 0.75...1.25)
    contrastFactor = drawn(recipe.contrastProbability, 0.75...1.25)
    invertedGammaExponent = drawn(recipe.gammaProbability / 3, 0.7...1.5)
    gammaExponent = drawn(recipe.gammaProbability, 0.7...1.5)
  }

  /// - Parameter random: the stream of the noise.
  package func apply(to image: inout [Float], random: inout RandomStream) {
    if image.isEmpty { return }
    if let noiseDeviation { addNoise(Float(noiseDeviation), to: &image, random: &random) }
    if let brightnessFactor {
      let factor = Float(brightnessFactor)
      for index in image.indices { image[index] *= factor }
    }
    if let contrastFactor { stretch(&image, about: statistics(of: image), by: Float(contrastFactor)) }
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
