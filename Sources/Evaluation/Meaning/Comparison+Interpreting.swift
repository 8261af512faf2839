import Files
import Jobs
import MPI
import Synchronization
import Threads
import Voxels

extension Comparison {
  /// A comparison of volumes whose values decide what they mean: after extents and memory have been checked, each volume
  /// is read once to see its values, all ranks together, or one plane of it where only the plan is wanted. A store that
  /// says what it holds is read like any other, since that may be wrong. Collective.
  ///
  /// - Parameter samples: whether one plane of each volume is enough.
  /// - Throws: as `Comparison.init` and `VolumeInterpretation.init`; `Fault.stopped` when a stop was requested.
  package static func interpreting(
    _ prediction: EvaluationInput, _ reference: EvaluationInput, samples: Bool, _ settings: EvaluationSettings,
    _ communicator: Communicator
  ) throws -> Comparison {
    let division = try Comparison(
      unchecked: prediction.provisional, reference.provisional, settings, communicator)
    let volumes = try [prediction, reference].map { input -> EvaluatedVolume in
      let census = try division.census(of: input.provisional, samples: samples)
      return try communicator.everyRank {
        var volume = try input.interpreted(census)
        if samples { volume.summary += " (by one of its planes)" }
        return volume
      }
    }
    let comparison = Comparison(division, volumes[0], volumes[1])
    try communicator.rootOnly { try comparison.checkValues() }
    return comparison
  }

  /// The values of a volume, the same on every rank. Collective.
  private func census(of volume: EvaluatedVolume, samples: Bool) throws -> ValueCensus {
    var own = ValueCensus()
    if samples {
      let plane = volume.sampledPlane
      try communicator.rootOnly { own.add(try volume.read(plane), at: plane.origin) }
    } else {
      own = try communicator.everyRank { try census(of: volume, slabs: ownSlabs) }
    }
    if communicator.size == 1 { return own }
    let parts = try communicator.gather(coding: own) ?? []
    var total = ValueCensus()
    for part in parts { total.merge(part) }
    return try communicator.broadcast(coding: total)
  }

  private func census(of volume: EvaluatedVolume, slabs: Range<Int>) throws -> ValueCensus {
    let progress = Progress(
      label: "values of \(volume.name)", total: slabs.count, unitName: "slabs",
      // A pass that takes moments need not be told.
      console: communicator.isRoot && extent.count > 1 << 28 ? settings.console : .silent)
    var total = ValueCensus()
    for start in stride(from: slabs.lowerBound, to: slabs.upperBound, by: max(1, settings.threads)) {
      let count = min(max(1, settings.threads), slabs.upperBound - start)
      let batch = Mutex([ValueCensus?](repeating: nil, count: count))
      try parallelForEach(count: count, threads: count) { index in
        try stopIfAsked()
        let region = region(ofSlab: start + index)
        var census = ValueCensus()
        census.add(try volume.read(region), at: region.origin)
        batch.withLock { [census] in $0[index] = census }
      }
      for census in batch.withLock({ $0 }) { total.merge(census!) }
      progress.update(start + count - slabs.lowerBound)
    }
    progress.finish()
    return total
  }

  /// What is doubtful after the objects have been counted: one value in several pieces may be one object, or a mask of
  /// several.
  package func doubts(about result: EvaluationResult) -> [String] {
    guard let objects = result.panopticQuality else { return [] }
    let counts = [objects.truePositives + objects.falsePositives, objects.truePositives + objects.falseNegatives]
    let options = ["--prediction-is", "--reference-is"]
    return zip([prediction, reference], zip(counts, options)).compactMap { volume, counted in
      guard let interpretation = volume.interpretation, interpretation.isAmbiguous(volume, pieces: counted.0) else {
        return nil
      }
      return
        "\(volume.name) has one non-zero value, \(interpretation.maskValue ?? 1), in \(counted.0) pieces: it is taken for a mask of \(counted.0) objects; if it is one object, say so with \(counted.1) instances, and if not, with \(counted.1) mask"
    }
  }
}

extension VolumeInterpretation {
  /// Whether a mask in so many pieces may as well be a label image with one object: its value, or for few pieces its
  /// number type, is one that masks seldom have.
  fileprivate func isAmbiguous(_ volume: EvaluatedVolume, pieces: Int) -> Bool {
    guard meaning == .mask, let value = maskValue, pieces > 1, volume.objects == .components else { return false }
    if ![1, 255, 65_535].contains(value) { return true }
    return volume.bytesPerVoxel >= 4 && !volume.isFloatingPoint && pieces <= 4
  }
}
