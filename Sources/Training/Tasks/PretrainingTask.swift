import Corpus
import Files
import Foundation
import Networks
import Recipes
import Torch
import Voxels

/// Learns to reconstruct masked blocks of crops.
package final class PretrainingTask: TrainingTask {
  package let network: ResidualEncoderUNet
  package let parameters: [Parameter]
  package let sampler: MaskedSampler
  /// Nothing is kept back: the reconstruction error does not measure what is learned for segmentation.
  package let validationInterval = Int.max

  private let autoencoder: MaskedAutoencoder
  private let recipe: PretrainingRecipe
  private let trainedOn: [String]
  private let voxelSizes: TrainedVoxelSizes?

  /// - Parameters:
  ///   - trainedOn: the sources, for the description of the weights.
  ///   - voxelSizes: of the sources, for the same.
  package init(
    network: ResidualEncoderUNet, recipe: PretrainingRecipe, crops: any CropSource, trainedOn: [String],
    voxelSizes: TrainedVoxelSizes? = nil
  ) {
    self.network = network
    self.recipe = recipe
    self.trainedOn = trainedOn
    self.voxelSizes = voxelSizes
    autoencoder = MaskedAutoencoder(network, target: recipe.reconstructionTarget)
    parameters = network.trainedParameters(deepSupervision: false)
    sampler = MaskedSampler(crops, recipe: recipe, device: network.device)
  }

  package func loss(of samples: [MaskedSample]) throws -> Tensor {
    func batch(_ part: (MaskedSample) -> Tensor) throws -> Tensor { try .concatenated(samples.map(part), axis: 0) }
    let noises = samples.compactMap(\.noise)
    return try autoencoder.loss(
      batch(\.image), hidden: batch(\.hidden).to(.float32), valid: batch(\.valid).to(.float32),
      visibleWeight: recipe.visibleWeight, noise: noises.isEmpty ? nil : .concatenated(noises, axis: 0))
  }

  package func validate(afterStep step: Int) throws -> ValidationScores? { nil }

  package func interest(of sample: MaskedSample) throws -> Double {
    let contrast = try Contrast(sample)
    return contrast.variance(of: plane(contrast).range)
  }

  /// The input, what the network sees of it, its reconstruction of everything, and of what was masked; of a target of
  /// contrasts all of them as the area hyperbolic sine.
  package func preview(of sample: MaskedSample) throws -> SamplePreview {
    let plane = plane(try Contrast(sample))
    let seen = try sample.noise.map { try sample.image.adding($0) } ?? sample.image
    let reconstruction = try autoencoder.reconstruct(seen, hidden: sample.hidden.to(.float32))
    let input = shown(plane.cut(try sample.image.floats()))
    let hidden = plane.cut(try sample.hidden.array(of: UInt8.self))
    let values = try reconstruction.floats()
    let failure = values.withUnsafeBufferPointer {
      OutputNotFinite(of: "the network in training", in: $0, channelCount: 1)
    }
    if let failure {
      throw try seen.floats().withUnsafeBufferPointer {
        failure.fault(tile: "of \(recipe.training.crop.product) voxels", of: "the preview, \(sample.name)", input: $0)
      }
    }
    let made = plane.cut(values)
    return SamplePreview(
      height: plane.crop.y, width: plane.crop.x,
      panels: [
        SamplePreview.Panel("input", input),
        SamplePreview.Panel(
          "network sees", shown(plane.cut(try seen.floats())), marks: hidden.map { $0 == 1 ? .masked : .none }),
        SamplePreview.Panel("reconstruction", made),
        SamplePreview.Panel("input, filled in", zip(hidden, zip(input, made)).map { $0 == 1 ? $1.1 : $1.0 }),
      ])
  }

  /// Intensities, as the network predicts them.
  private func shown(_ intensities: [Float]) -> [Float] {
    recipe.reconstructionTarget == .contrast ? intensities.map(asinh) : intensities
  }

  /// The z-plane with most contrast.
  private func plane(_ contrast: Contrast) -> CropPlane {
    CropPlane(crop: Extent(recipe.training.crop)) { contrast.variance(of: $0) }
  }

  package func save(to directory: RunDirectory) throws {
    let description = ModelDescription(
      task: .reconstruction, architecture: network.architecture,
      crop: recipe.training.crop.edges, precision: recipe.training.computePrecision,
      voxelSizes: voxelSizes, trainedOn: trainedOn)
    try Model.save(network, description, inDirectory: directory.path)
  }
}

/// How much the measured voxels of parts of a sample differ.
private struct Contrast {
  private let image: [Float]
  private let valid: [UInt8]

  init(_ sample: MaskedSample) throws {
    image = try sample.image.floats()
    valid = try sample.valid.array()
  }

  /// - Parameter part: of the crop, C order.
  func variance(of part: Range<Int>) -> Double {
    var (count, sum, squares) = (0.0, 0.0, 0.0)
    for index in part where valid[index] == 1 {
      let value = Double(image[index])
      count += 1
      sum += value
      squares += value * value
    }
    return count > 0 ? max(0, squares / count - sum / count * (sum / count)) : 0
  }
}
