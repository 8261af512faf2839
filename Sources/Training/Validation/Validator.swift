import Evaluation
import Inference
import MPI
import Voxels

/// Scores a network in training as `sheaf infer` and `sheaf evaluate` would score it: the same tiles, blending, skipping of
/// background and rounding (`VolumePrediction`), and the same comparison (`Comparison`) of the probabilities from 0.5 up.
///
/// Panoptic quality is computed where the structure is isolated, clDice where it is contiguous, and both where the category
/// is not known. The scores do not depend on the number of ranks or threads.
package struct Validator {
  private let volumes: [AnnotatedVolume]
  private let crop: Extent
  private let threads: Int
  private let communicator: Communicator
  /// Voxels of a slab that is compared at a time.
  private static let voxelsAtATime = 1 << 22

  /// - Parameters:
  ///   - crop: what the network is trained on: the tile of `infer`.
  ///   - threads: tiles that this rank evaluates at a time.
  package init(_ volumes: [AnnotatedVolume], crop: Extent, threads: Int = 1, communicator: Communicator) {
    self.volumes = volumes
    self.crop = crop
    self.threads = threads
    self.communicator = communicator
  }

  /// Memory for validating on volumes, in bytes, beside what the network takes: the probabilities of all, and for the
  /// largest what predicting and comparing it takes.
  static func memoryInBytes(_ volumes: [(extent: Extent, type: VoxelType)], crop: Extent, threads: Int) -> Int {
    let largest = volumes.map { volume in
      // No machine holds more; the figure only has to be too large.
      volume.extent.count > 1 << 40
        ? 50 * volume.extent.count
        : max(
          VolumePrediction.memoryInBytes(volume.extent, volume.type, tile: crop, threads: threads),
          8 * volume.extent.count + 50 * min(volume.extent.count, voxelsAtATime))
    }
    // Probabilities, and the numbers of objects.
    return volumes.reduce(0) { $0 + 5 * $1.extent.count } + (largest.max() ?? 0)
  }

  /// Collective.
  package func validate(_ predictor: any TilePredictor) throws -> ValidationResult {
    let prediction = VolumePrediction(
      try volumes.map { volume in
        let labels = volume.labels
        return VolumePrediction.Volume(
          volume.input,
          try InferenceGeometry(
            volume: volume.extent, asked: nil, natural: crop, overlap: InferenceSettings().overlap,
            predictor: predictor)
        ) { labels.isAnnotated($0) }
      }, predictor: predictor, threads: threads, communicator: communicator)
    return ValidationResult(try score(prediction.run()))
  }

  /// Compares the volumes of this rank with their annotation, and brings the scores of all together. Collective.
  private func score(_ predictions: [Int: VoxelBuffer]) throws -> [ValidationResult.Volume] {
    let own = try communicator.everyRank {
      try Dictionary(
        uniqueKeysWithValues: predictions.map { number, prediction in
          (number, try score(volumes[number], prediction))
        })
    }
    let gathered = communicator.size > 1 ? try communicator.gather(coding: own) : [own]
    let all = gathered?.reduce(into: [:]) { $0.merge($1) { first, _ in first } } ?? [:]
    if communicator.size == 1 { return volumes.indices.map { all[$0]! } }
    return try communicator.broadcast(coding: volumes.indices.map { all[$0]! })
  }

  private func score(_ volume: AnnotatedVolume, _ prediction: VoxelBuffer) throws -> ValidationResult.Volume {
    let pair = volume.pair
    var settings = EvaluationSettings()
    settings.withPanopticQuality = !pair.isContiguous
    settings.withCentrelineDice = !pair.isIsolated
    settings.threads = threads
    settings.planesAtATime = max(1, Validator.voxelsAtATime / (volume.extent.y * volume.extent.x))
    let result = try evaluate(
      EvaluatedVolume(name: "the prediction", prediction, classes: VoxelClasses(.atLeast(0.5 * 255))),
      volume.reference, settings)
    return ValidationResult.Volume(pair, result)
  }
}
