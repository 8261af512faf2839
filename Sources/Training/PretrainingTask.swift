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
package struct MaskedSample: TrainingSample, Equatable {
  package let name: String
  package let image: [Float]
  /// 0 for padding and saturated voxels, which the loss leaves out.
  package let valid: [UInt8]
  /// 1 where the network may not look and the loss does.
  package let hidden: [UInt8]
  /// Added to the image before the network sees it; empty for none.
  package let noise: [Float]

  package init(name: String, image: [Float], valid: [UInt8], hidden: [UInt8], noise: [Float] = []) {
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
    makeSample = { step, index in try PretrainingTask.sample(step, index, recipe, crops) }
  }

  private static func sample(_ step: Int, _ index: Int, _ recipe: PretrainingRecipe, _ crops: some CropSource) throws
    -> MaskedSample
  {
    let training = recipe.training
    func stream(_ purpose: SamplePurpose) -> RandomStream {
      RandomStream(seed: training.seed, step: step, index: index, purpose: purpose)
    }
    let crop = Extent(training.crop)
    var shapes = stream(.spatialAugmentation)
    let spatial = SpatialAugmentation(drawnFrom: &shapes, recipe: training)
    let margin = spatial.margin(crop: crop)
    let source = try crops.crop(step: step, index: index, margin: margin)
    let (image, valid) = source.image.withUnsafeBufferPointer { image in
      source.valid.withUnsafeBufferPointer { valid in
        spatial.apply(image: image, marks: valid, source: crop + margin * 2, crop: crop, outside: 0)
      }
    }
    var masks = stream(.mask)
    let hidden = BlockMask(
      extent: [crop.z, crop.y, crop.x], blockEdge: recipe.maskBlock, ratio: recipe.maskFraction, seed: masks.next())
    var noise: [Float] = []
    if recipe.inputNoise > 0 {
      var random = stream(.noise)
      noise = image.map { _ in Float(recipe.inputNoise * random.normal()) }
    }
    return MaskedSample(name: source.name, image: image, valid: valid, hidden: hidden.voxels(), noise: noise)
  }

  package func loss(of samples: [MaskedSample]) throws -> Tensor {
    let edge = recipe.training.crop
    let shape = [samples.count, 1, edge, edge, edge]
    let device = network.device
    func marks(_ marks: [UInt8]) throws -> Tensor {
      try Tensor.copying(marks, shape: shape, device: device).to(.float32)
    }
    let noise = samples.flatMap(\.noise)
    return try autoencoder.loss(
      Tensor.copying(samples.flatMap(\.image), shape: shape, device: device), hidden: marks(samples.flatMap(\.hidden)),
      valid: marks(samples.flatMap(\.valid)), visibleWeight: recipe.visibleWeight,
      noise: noise.isEmpty ? nil : Tensor.copying(noise, shape: shape, device: device))
  }

  package func validate(afterStep step: Int) throws -> ValidationScores? { nil }

  package func interest(of sample: MaskedSample) -> Double {
    let plane = plane(of: sample)
    return contrast(of: sample, plane.range)
  }

  /// Input, what the network sees of it, its reconstruction of everything, and of what was hidden.
  package func picture(of sample: MaskedSample) throws -> SamplePicture {
    let plane = plane(of: sample)
    let edge = plane.edge
    let shape = [1, 1, edge, edge, edge]
    let reconstruction = try autoencoder.reconstruct(
      Tensor.copying(sample.image, shape: shape, device: network.device),
      hidden: Tensor.copying(sample.hidden, shape: shape, device: network.device).to(.float32))
    let input = plane.cut(sample.image)
    let hidden = plane.cut(sample.hidden)
    let made = plane.cut(try reconstruction.floats())
    return SamplePicture(
      width: edge, height: edge,
      panels: [
        SamplePicture.Panel("input", input),
        SamplePicture.Panel("network sees", input, marks: hidden.map { $0 == 1 ? .hidden : .none }),
        SamplePicture.Panel("reconstruction", made),
        SamplePicture.Panel("input, filled in", zip(hidden, zip(input, made)).map { $0 == 1 ? $1.1 : $1.0 }),
      ])
  }

  /// The z-plane with most contrast.
  private func plane(of sample: MaskedSample) -> CropPlane {
    CropPlane(edge: recipe.training.crop) { contrast(of: sample, $0) }
  }

  /// The variance of the real voxels of a part.
  private func contrast(of sample: MaskedSample, _ part: Range<Int>) -> Double {
    var (count, sum, squares) = (0.0, 0.0, 0.0)
    for index in part where sample.valid[index] == 1 {
      let value = Double(sample.image[index])
      count += 1
      sum += value
      squares += value * value
    }
    return count > 0 ? max(0, squares / count - sum / count * (sum / count)) : 0
  }

  package func save(to directory: RunDirectory) throws {
    let description = ModelDescription(
      task: .reconstruction, architecture: network.architecture,
      crop: Array(repeating: recipe.training.crop, count: 3), precision: recipe.training.computePrecision,
      trainedOn: trainedOn)
    try Model.save(network, description, inDirectory: directory.path)
  }
}
