import Evaluation
import Files
import Networks
import Recipes
import Torch
import Voxels

/// One augmented training crop with its classes.
package struct AnnotatedSample: TrainingSample {
  package let name: String
  /// Normalised intensities, (1, 1, z, y, x), float32, on the device that the sampler was given.
  package let image: Tensor
  /// `VoxelClasses`, (1, 1, z, y, x), uint8, on that device.
  package let classes: Tensor
  /// Whether it shows a contiguous structure, whose centrelines count.
  package let isContiguous: Bool
}

/// Cuts augmented crops from annotated volumes: structures uniformly, then the volumes of the structure. A fraction of
/// the samples comes from volumes that a network has labelled, where there are any.
package struct AnnotatedSampler: TrainingSampler {
  private let annotated: [[any SampledVolume]]
  private let pseudoLabelled: [[any SampledVolume]]
  private let recipe: FinetuningRecipe
  private let device: Device

  /// - Precondition: at least one annotated volume.
  /// - Parameter device: where crops are augmented, and stay.
  package init(
    _ volumes: [any SampledVolume], pseudoLabelled: [any SampledVolume] = [], recipe: FinetuningRecipe,
    device: Device = .cpu
  ) {
    precondition(!volumes.isEmpty)
    annotated = AnnotatedSampler.byStructure(volumes)
    self.pseudoLabelled = AnnotatedSampler.byStructure(pseudoLabelled)
    self.recipe = recipe
    self.device = device
  }

  private static func byStructure(_ volumes: [any SampledVolume]) -> [[any SampledVolume]] {
    Set(volumes.map(\.pair.structure)).sorted().map { name in volumes.filter { $0.pair.structure == name } }
  }

  package func sample(step: Int, index: Int) throws -> AnnotatedSample {
    func stream(_ purpose: SamplePurpose) -> RandomStream {
      RandomStream(seed: recipe.training.seed, step: step, index: index, purpose: purpose)
    }
    var origins = stream(.origin)
    let isPseudoLabelled = !pseudoLabelled.isEmpty && origins.happens(withProbability: recipe.pseudoFraction)
    let structures = isPseudoLabelled ? pseudoLabelled : annotated
    var positions = stream(.position)
    let volumes = structures[positions.integer(below: structures.count)]
    let volume = volumes[positions.integer(below: volumes.count)]
    let crop = Extent(recipe.training.crop)
    let origin = CropPosition.choose(
      in: volume.centres, crop: crop, foregroundFraction: recipe.foregroundFraction, random: &positions)
    var shapes = stream(.spatialAugmentation)
    let spatial = SpatialAugmentation(drawnFrom: &shapes, recipe: recipe.training)
    let source = Region(origin: origin, extent: crop).expanded(by: spatial.margin(crop: crop))
    let cut = try volume.cut(source)
    let (image, classes) = try LibTorch.onOneThread {
      let shape = [1, 1, source.extent.z, source.extent.y, source.extent.x]
      let (image, classes) = try spatial.apply(
        image: .copying(cut.image, shape: shape, device: device),
        marks: .copying(cut.classes, shape: shape, device: device), crop: crop, outside: VoxelClasses.ignored)
      var intensities = stream(.intensityAugmentation)
      var noise = stream(.noise)
      return (
        try IntensityAugmentation(drawnFrom: &intensities, recipe: recipe).apply(to: image, noise: &noise), classes
      )
    }
    return AnnotatedSample(
      name: "\(volume.pair.imagePath) at \(origin)", image: image, classes: classes,
      isContiguous: volume.pair.isContiguous)
  }
}
