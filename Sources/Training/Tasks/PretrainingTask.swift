import Networks
import Torch
import Voxels

/// Where the crops of pre-training come from: a corpus, or something made up in a test.
package protocol CropSource: Sendable {
  /// The crop with place `index` in the global batch of `step`, a pure function of these and the source's seed, called
  /// on several threads at once.
  ///
  /// - Parameter margin: how much more is cut on both sides of each axis, about the same centre.
  func crop(step: Int, index: Int, margin: Extent) throws -> SourceCrop
}

/// A normalised crop with its margin.
package struct SourceCrop: Sendable {
  package var name: String
  /// C order (z, y, x), of the crop's extent and twice the margin.
  package var image: [Float]
  /// 1 where a voxel is real and in the camera's range, 0 for padding and saturated voxels.
  package var valid: [UInt8]

  package init(name: String, image: [Float], valid: [UInt8]) {
    self.name = name
    self.image = image
    self.valid = valid
  }
}

/// One augmented crop with what is hidden of it.
package struct MaskedSample: TrainingSample {
  package let name: String
  /// (1, 1, z, y, x), float32, on the device of the network, like what follows.
  package let image: Tensor
  /// uint8; 0 for padding and saturated voxels, which the loss leaves out.
  package let valid: Tensor
  /// uint8; 1 where the network may not look and the loss does.
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

/// Learns to fill in hidden blocks of crops.
package final class PretrainingTask: TrainingTask {
  package let network: ResidualEncoderUNet
  package let parameters: [Parameter]
  package let makeSample: @Sendable (Int, Int) throws -> MaskedSample
  /// Nothing is kept back: the reconstruction error is no measure of what is learned for segmentation.
  package let validationInterval = Int.max

  private let autoencoder: MaskedAutoencoder
  private let recipe: PretrainingRecipe
  private let trainedOn: [String]

  /// - Parameter trainedOn: the sources, for the description of the weights.
  package init(network: ResidualEncoderUNet, recipe: PretrainingRecipe, crops: some CropSource, trainedOn: [String]) {
    self.network = network
    self.recipe = recipe
    self.trainedOn = trainedOn
    autoencoder = MaskedAutoencoder(network)
    parameters = network.trainedParameters(deepSupervision: false)
    let device = network.device
    makeSample = { step, index in
      try LibTorch.onOneThread { try PretrainingTask.sample(step, index, recipe, crops, on: device) }
    }
  }

  private static func sample(
    _ step: Int, _ index: Int, _ recipe: PretrainingRecipe, _ crops: some CropSource, on device: Device
  ) throws -> MaskedSample {
    let training = recipe.training
    func stream(_ purpose: SamplePurpose) -> RandomStream {
      RandomStream(seed: training.seed, step: step, index: index, purpose: purpose)
    }
    let crop = Extent(training.crop)
    var shapes = stream(.spatialAugmentation)
    let spatial = SpatialAugmentation(drawnFrom: &shapes, recipe: training)
    let margin = spatial.margin(crop: crop)
    let source = try crops.crop(step: step, index: index, margin: margin)
    let whole = crop + margin * 2
    let shape = [1, 1, whole.z, whole.y, whole.x]
    let (image, valid) = try spatial.apply(
      image: .copying(source.image, shape: shape, device: device),
      marks: .copying(source.valid, shape: shape, device: device), crop: crop, outside: 0)
    var masks = stream(.mask)
    let hidden = BlockMask(
      extent: [crop.z, crop.y, crop.x], blockEdge: recipe.maskBlock, ratio: recipe.maskFraction, seed: masks.next())
    var noise: Tensor?
    if recipe.inputNoise > 0 {
      // Drawn here, so that it is the same numbers on every device.
      var random = stream(.noise)
      let deviation = recipe.inputNoise
      let numbers = (0..<crop.count).map { _ in Float(deviation * random.normal()) }
      noise = try .copying(numbers, shape: image.shape, device: device)
    }
    return MaskedSample(
      name: source.name, image: image, valid: valid,
      hidden: try .copying(hidden.voxels(), shape: image.shape, device: device), noise: noise)
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
    let voxels = try HostVoxels(sample)
    return voxels.contrast(of: plane(of: voxels).range)
  }

  /// Input, what the network sees of it, its reconstruction of everything, and of what was hidden.
  package func picture(of sample: MaskedSample) throws -> SamplePicture {
    let voxels = try HostVoxels(sample)
    let plane = plane(of: voxels)
    let seen = try sample.noise.map { try sample.image.adding($0) } ?? sample.image
    let reconstruction = try autoencoder.reconstruct(seen, hidden: sample.hidden.to(.float32))
    let input = plane.cut(voxels.image)
    let hidden = plane.cut(try sample.hidden.array(of: UInt8.self))
    let made = plane.cut(try reconstruction.floats())
    return SamplePicture(
      width: plane.edge, height: plane.edge,
      panels: [
        SamplePicture.Panel("input", input),
        SamplePicture.Panel(
          "network sees", plane.cut(try seen.floats()), marks: hidden.map { $0 == 1 ? .hidden : .none }),
        SamplePicture.Panel("reconstruction", made),
        SamplePicture.Panel("input, filled in", zip(hidden, zip(input, made)).map { $0 == 1 ? $1.1 : $1.0 }),
      ])
  }

  /// The z-plane with most contrast.
  private func plane(of voxels: HostVoxels) -> CropPlane {
    CropPlane(edge: recipe.training.crop) { voxels.contrast(of: $0) }
  }

  package func save(to directory: RunDirectory) throws {
    let description = ModelDescription(
      task: .reconstruction, architecture: network.architecture,
      crop: Array(repeating: recipe.training.crop, count: 3), precision: recipe.training.computePrecision,
      trainedOn: trainedOn)
    try Model.save(network, description, inDirectory: directory.path)
  }
}

/// A sample's voxels in host memory, C order.
private struct HostVoxels {
  let image: [Float]
  let valid: [UInt8]

  init(_ sample: MaskedSample) throws {
    image = try sample.image.floats()
    valid = try sample.valid.array()
  }

  /// The variance of the real voxels of a part.
  func contrast(of part: Range<Int>) -> Double {
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
