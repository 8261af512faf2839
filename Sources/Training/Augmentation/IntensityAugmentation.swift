import Files
import Foundation
import Networks
import Recipes
import Torch

/// Augmentation of intensities that leaves shapes unchanged: noise, blur, brightness, contrast, simulated low
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
    // Every number is drawn whether it is used or not, so that one setting does not affect the draws of another.
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

  /// The changed image, on the device that holds it.
  ///
  /// - Parameters:
  ///   - image: (1, 1, z, y, x), float32.
  ///   - noise: the stream of the noise, whose numbers are drawn on the processor, so that they are the same on every
  ///     device.
  package func apply(to image: Tensor, noise: inout RandomStream) throws -> Tensor {
    var image = image
    if let noiseDeviation {
      let numbers = (0..<image.count).map { _ in Float(noise.normal() * noiseDeviation) }
      image = try image.adding(.copying(numbers, shape: image.shape, device: image.device()))
    }
    if let blurDeviations { image = try blurred(image, blurDeviations) }
    if let brightnessFactor { image = try image.scaled(by: brightnessFactor) }
    if let contrastFactor { image = try image.contrastStretched(by: contrastFactor) }
    if let resolution { image = try coarsened(image, toShare: resolution) }
    if let invertedGammaExponent {
      image = try image.scaled(by: -1).gammaCorrected(invertedGammaExponent).scaled(by: -1)
    }
    if let gammaExponent { image = try image.gammaCorrected(gammaExponent) }
    return image
  }
}

/// A Gaussian blur, one axis after the other; beyond its borders the image is mirrored at its outermost voxels.
///
/// - Parameter deviations: standard deviations along (z, y, x) in voxels.
private func blurred(_ image: Tensor, _ deviations: [Double]) throws -> Tensor {
  var image = image
  for (axis, deviation) in deviations.enumerated() {
    // Three standard deviations, as far as batchgeneratorsv2 goes.
    let radius = max(1, Int((3 * deviation).rounded()))
    let bell = (0...radius).map { exp(-0.5 * pow(Double($0) / deviation, 2)) }
    let sum = 2 * bell.reduce(0, +) - bell[0]
    image = try image.filtered(axis: axis + 2, weights: bell.map { $0 / sum })
  }
  return image
}

/// Simulated lower resolution on the same grid: every axis is cut to a share of its voxels, the nearest
/// one each, and brought back by linear interpolation.
private func coarsened(_ image: Tensor, toShare share: Double) throws -> Tensor {
  let size = Array(image.shape[2...])
  let coarse = size.map { max(1, Int((Double($0) * share).rounded())) }
  if coarse == size { return image }
  return try image.resized(to: coarse, .nearest).resized(to: size, .linear)
}
