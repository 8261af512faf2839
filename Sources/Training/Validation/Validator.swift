import Evaluation
import Inference
import MPI
import Networks
import Segmentation
import Voxels

/// Scores a network in training as `sheaf infer` and `sheaf evaluate` would score it: the same tiles, blending, skipping of
/// background and rounding (`VolumePrediction`), and the same comparison (`Comparison`) of the probabilities from 0.5 up.
///
/// Panoptic quality is computed where the structure is isolated, clDice where it is contiguous, and both where the category
/// is not known. The last validation of a training also chooses the probability threshold and the minimum size of objects
/// that `infer` takes by default. Neither scores nor choice depend on the number of ranks or threads.
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
          12 * volume.extent.count + 50 * min(volume.extent.count, voxelsAtATime))
    }
    // Probabilities, and the numbers of objects.
    return volumes.reduce(0) { $0 + 5 * $1.extent.count } + (largest.max() ?? 0)
  }

  /// Collective.
  ///
  /// - Parameter choosing: whether to choose what `infer` is to take for objects as well.
  package func validate(_ predictor: any TilePredictor, choosing: Bool = false) throws -> ValidationResult {
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
    let predictions = try prediction.run()
    var result = ValidationResult(
      try forEach(predictions) { volume, prediction in
        try score(
          volume, EvaluatedVolume(name: "the prediction", prediction, classes: VoxelClasses(.atLeast(0.5 * 255))))
      })
    if choosing { result.chosen = try choose(predictions) }
    return result
  }

  /// What `infer` is to take for objects, by the volumes that were predicted; nil when they show none. Where they show
  /// several structures, it is chosen for each of these as well. Collective.
  private func choose(_ predictions: [Int: VoxelBuffer]) throws -> ValidationResult.Chosen? {
    let histograms = try forEach(predictions) { ProbabilityHistogram($1, classes: $0.labels.classes) }
    guard let general = try choose(Array(volumes.indices), predictions, histograms) else { return nil }
    var ofStructures: [String: ObjectChoice] = [:]
    let named = Dictionary(grouping: volumes.indices) { volumes[$0].pair.structure }.filter { !$0.key.isEmpty }
    if named.count > 1 {
      for (structure, numbers) in named.sorted(by: { $0.key < $1.key }) {
        ofStructures[structure] = try choose(numbers, predictions, histograms)
      }
    }
    let scores = try forEach(predictions) { [ofStructures] volume, prediction in
      let choice = ofStructures[volume.pair.structure] ?? general
      let found = MeasuredObjects(prediction, ProbabilityThreshold(Float(choice.threshold)))
      return try score(
        volume, EvaluatedVolume(name: "the prediction", found.mask(from: choice.minimumObjectSize)))
    }
    return ValidationResult.Chosen(general, ofStructures: ofStructures, scores)
  }

  /// What suits the volumes of these numbers; nil when they show nothing. Collective.
  private func choose(
    _ numbers: [Int], _ predictions: [Int: VoxelBuffer], _ histograms: [ProbabilityHistogram]
  ) throws -> ObjectChoice? {
    let structures = numbers.map { volumes[$0].pair.structure }
    guard let choice = ThresholdChoice(Array(zip(structures, numbers.map { histograms[$0] }))) else { return nil }
    var size: ObjectSizeChoice?
    // One size is for all that is found in them, and pieces of what is contiguous are no objects.
    if numbers.allSatisfy({ volumes[$0].pair.isIsolated }) {
      let threshold = ProbabilityThreshold(choice.threshold)
      let trials = try forEach(predictions, numbers) { try tryObjectSizes($0, MeasuredObjects($1, threshold)) }
      size = ObjectSizeChoice(Array(zip(structures, trials)))
    }
    // The decimal number, not the nearest single-precision one.
    return ObjectChoice(
      threshold: (Double(choice.threshold) * 100).rounded() / 100, minimumObjectSize: size?.size ?? 0)
  }

  private func tryObjectSizes(
    _ volume: AnnotatedVolume, _ found: MeasuredObjects
  ) throws -> ObjectSizeChoice.Trial {
    let (count, smaller) = volume.annotatedObjects(smallerThan: ObjectSizeChoice.candidates)
    return ObjectSizeChoice.Trial(
      objects: count, smallerObjects: smaller,
      qualities: try ObjectSizeChoice.candidates.map { size in
        let prediction = EvaluatedVolume(name: "the prediction", found.mask(from: size, keepingCut: true))
        return try score(volume, prediction).panopticQuality ?? 0
      })
  }

  /// What `body` makes of each volume of this rank and its prediction, brought together from all ranks, in the order of
  /// the volumes. Collective.
  ///
  /// - Parameter numbers: the volumes that it is wanted of; nil for all.
  private func forEach<Found: Codable & Sendable>(
    _ predictions: [Int: VoxelBuffer], _ numbers: [Int]? = nil,
    _ body: (AnnotatedVolume, VoxelBuffer) throws -> Found
  ) throws -> [Found] {
    let wanted = numbers ?? Array(volumes.indices)
    let own = try communicator.everyRank {
      try Dictionary(
        uniqueKeysWithValues: wanted.compactMap { number in
          try predictions[number].map { (number, try body(volumes[number], $0)) }
        })
    }
    let gathered = communicator.size > 1 ? try communicator.gather(coding: own) : [own]
    let all = gathered?.reduce(into: [:]) { $0.merge($1) { first, _ in first } } ?? [:]
    if communicator.size == 1 { return wanted.map { all[$0]! } }
    return try communicator.broadcast(coding: wanted.compactMap { all[$0] })
  }

  private func score(
    _ volume: AnnotatedVolume, _ prediction: EvaluatedVolume
  ) throws -> ValidationResult.Volume {
    let pair = volume.pair
    var settings = EvaluationSettings()
    settings.withPanopticQuality = !pair.isContiguous
    settings.withCentrelineDice = !pair.isIsolated
    settings.threads = threads
    settings.planesAtATime = max(1, Validator.voxelsAtATime / (volume.extent.y * volume.extent.x))
    return ValidationResult.Volume(pair, try evaluate(prediction, volume.reference, settings))
  }
}
