import Corpus
import Files
import Networks
import Recipes
import Torch
import Voxels

/// One augmented crop and which of its voxels are masked.
package struct MaskedSample: TrainingSample {
  package let name: String
  /// Normalised intensities, (1, 1, z, y, x), float32, on the network's device, like the other tensors.
  package let image: Tensor
  /// uint8; 0 for padding and saturated voxels, which the loss leaves out.
  package let valid: Tensor
  /// uint8; 1 for masked voxels, which the network does not see.
  package let hidden: Tensor
  /// float32, added to the image before the network sees it; nil for none.
  package let noise: Tensor?

  package init(name: String, image: Tensor, valid: Tensor, hidden: Tensor, noise: Tensor? = nil) {
    self.name = name
    self.image = image
    self.valid = valid
    self.hidden = hidden
    self.noise = noise
  }
}

/// Cuts crops from unannotated volumes, augments them and masks blocks of them.
package struct MaskedSampler: TrainingSampler {
  private let crops: any CropSource
  private let recipe: PretrainingRecipe
  private let device: Device

  /// - Parameter device: where crops are augmented, and stay.
  package init(_ crops: any CropSource, recipe: PretrainingRecipe, device: Device = .cpu) {
    self.crops = crops
    self.recipe = recipe
    self.device = device
  }

  package func sample(step: Int, index: Int) throws -> MaskedSample {
    let training = recipe.training
    func stream(_ purpose: SamplePurpose) -> RandomStream {
      RandomStream(seed: training.seed, step: step, index: index, purpose: purpose)
    }
    let extent = Extent(training.crop)
    var shapes = stream(.spatialAugmentation)
    let spatial = SpatialAugmentation(drawnFrom: &shapes, recipe: training)
    let crop = try crops.crop(step: step, index: index, margin: spatial.margin(crop: extent))
    return try LibTorch.onOneThread {
      let shape = [1, 1, crop.extent.z, crop.extent.y, crop.extent.x]
      let (image, valid) = try spatial.apply(
        image: .copying(crop.voxels, shape: shape, device: device),
        marks: .copying(crop.valid, shape: shape, device: device), crop: extent, outside: 0)
      var masks = stream(.mask)
      let hidden = BlockMask(
        extent: [extent.z, extent.y, extent.x], blockEdge: recipe.maskBlock, ratio: recipe.maskFraction,
        seed: masks.next())
      return MaskedSample(
        name: crop.name, image: image, valid: valid,
        hidden: try .copying(hidden.voxels(), shape: image.shape, device: device),
        noise: try noise(stream(.noise), shape: image.shape))
    }
  }

  /// Gaussian noise for the network's input, drawn on the host so that it is the same on every device.
  private func noise(_ stream: RandomStream, shape: [Int]) throws -> Tensor? {
    let deviation = recipe.inputNoise
    guard deviation > 0 else { return nil }
    var stream = stream
    let numbers = (0..<shape.reduce(1, *)).map { _ in Float(deviation * stream.normal()) }
    return try .copying(numbers, shape: shape, device: device)
  }
}
