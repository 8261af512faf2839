import Evaluation
import Networks
import Voxels

/// One augmented training crop with its classes.
package struct AnnotatedSample: TrainingSample, Equatable {
  package let name: String
  /// Normalised intensities, C order (z, y, x).
  package let image: [Float]
  /// `VoxelClasses`, C order.
  package let classes: [UInt8]
  /// Whether it shows a contiguous structure, whose centrelines count.
  package let isContiguous: Bool
}

/// Cuts augmented crops from annotated volumes: structures uniformly, then the volumes of the structure. A fraction of
/// the samples comes from volumes that a network has labelled, where there are any.
package struct AnnotatedSampler: Sendable {
  private let annotated: [[any SampledVolume]]
  private let pseudoLabelled: [[any SampledVolume]]
  private let recipe: FinetuningRecipe

  /// - Precondition: at least one annotated volume.
  package init(
    _ volumes: [any SampledVolume], pseudoLabelled: [any SampledVolume] = [], recipe: FinetuningRecipe
  ) {
    precondition(!volumes.isEmpty)
    annotated = AnnotatedSampler.byStructure(volumes)
    self.pseudoLabelled = AnnotatedSampler.byStructure(pseudoLabelled)
    self.recipe = recipe
  }

  private static func byStructure(_ volumes: [any SampledVolume]) -> [[any SampledVolume]] {
    Set(volumes.map(\.pair.structure)).sorted().map { name in volumes.filter { $0.pair.structure == name } }
  }

  /// A pure function of the recipe's seed, `step` and `index`.
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
      in: volume.places, crop: crop, foregroundFraction: recipe.foregroundFraction, random: &positions)
    var shapes = stream(.spatialAugmentation)
    let spatial = SpatialAugmentation(drawnFrom: &shapes, recipe: recipe.training)
    let source = Region(origin: origin, extent: crop).expanded(by: spatial.margin(crop: crop))
    let cut = try volume.cut(source)
    var (image, classes) = cut.image.withUnsafeBufferPointer { image in
      cut.classes.withUnsafeBufferPointer { classes in
        spatial.apply(image: image, marks: classes, source: source.extent, crop: crop, outside: VoxelClasses.ignored)
      }
    }
    var intensities = stream(.intensityAugmentation)
    let intensity = IntensityAugmentation(drawnFrom: &intensities, recipe: recipe)
    var noise = stream(.noise)
    intensity.apply(to: &image, extent: crop, random: &noise)
    return AnnotatedSample(
      name: "\(volume.pair.imagePath) at \(origin)", image: image, classes: classes,
      isContiguous: volume.pair.isContiguous)
  }
}
