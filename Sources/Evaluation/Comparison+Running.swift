import Files
import Jobs
import MPI
import Synchronization
import Threads
import Voxels

extension Comparison {
  /// Dice and panoptic quality are computed slab by slab, each rank a range of slabs, in memory that does not depend on
  /// the volume; clDice needs both masks whole, on rank 0. Collective.
  ///
  /// - Throws: `Fault.badData` when a value has no class; `Fault.stopped` when a stop was requested.
  package func run() throws -> EvaluationResult {
    var overlap = try communicator.everyRank { try compare(slabs: ownSlabs) }
    if communicator.size > 1, let parts = try communicator.gather(overlap.encoded()) {
      overlap = SlabOverlap()
      for part in parts { overlap.append(SlabOverlap(decoding: part)) }
    }
    var centrelineDice: CentrelineDice?
    if settings.withCentrelineDice {
      let counts = overlap.counts
      centrelineDice = try communicator.rootOnly { () throws -> CentrelineDice in try compareCentrelines(counts) }
    }
    return EvaluationResult(
      counts: try communicator.broadcast(coding: overlap.counts),
      panopticQuality: settings.withPanopticQuality
        ? PanopticQuality(overlap.objectOverlaps(), threshold: settings.matchingThreshold) : nil,
      centrelineDice: centrelineDice)
  }

  /// Compares a range of slabs, `settings.threads` at a time.
  private func compare(slabs: Range<Int>) throws -> SlabOverlap {
    let progress = Progress(
      label: "evaluate", total: slabs.count, unitName: "slabs",
      console: communicator.isRoot ? settings.console : .silent)
    var total = SlabOverlap()
    var start = slabs.lowerBound
    while start < slabs.upperBound {
      let count = min(max(1, settings.threads), slabs.upperBound - start)
      let batch = Mutex([SlabOverlap?](repeating: nil, count: count))
      let first = start
      try parallelForEach(count: count, threads: count) { index in
        try stopIfAsked()
        let from = (first + index) * planes
        let slab = try SlabOverlap(
          planes: from..<min(from + planes, extent.z), prediction: prediction, reference: reference,
          withObjects: settings.withPanopticQuality)
        batch.withLock { $0[index] = slab }
      }
      for slab in batch.withLock({ $0 }) { total.append(slab!) }
      start += count
      progress.update(start - slabs.lowerBound)
    }
    progress.finish()
    return total
  }

  @Sendable func stopIfAsked() throws {
    guard let reason = settings.stopSignals.reason else { return }
    throw Fault.stopped(
      "evaluate \(reason); it has written nothing, so the same command starts again from the beginning")
  }

  /// clDice of two whole volumes. `counts` are of the whole volumes.
  private func compareCentrelines(_ counts: OverlapCounts) throws -> CentrelineDice {
    var predictionMask = [UInt8](repeating: 0, count: extent.count)
    var referenceMask = predictionMask
    let planes = centrelinePlanes
    for from in stride(from: 0, to: extent.z, by: planes) {
      try stopIfAsked()
      let region = Region(
        origin: Coordinate(from, 0, 0), extent: Extent(min(planes, extent.z - from), extent.y, extent.x))
      var predictionClasses = try prediction.classes.classes(of: prediction.read(region), name: prediction.name)
      var referenceClasses = try reference.classes.classes(of: reference.read(region), name: reference.name)
      _ = clearIgnored(&predictionClasses, &referenceClasses)
      let offset = from * extent.y * extent.x
      predictionMask.replaceSubrange(offset..<(offset + predictionClasses.count), with: predictionClasses)
      referenceMask.replaceSubrange(offset..<(offset + referenceClasses.count), with: referenceClasses)
    }
    return try predictionMask.withUnsafeBufferPointer { prediction in
      try referenceMask.withUnsafeBufferPointer { reference in
        try CentrelineDice(
          prediction: prediction, reference: reference, extent: extent,
          foreground: (
            counts.truePositives + counts.falsePositives, counts.truePositives + counts.falseNegatives
          ),
          threads: settings.threads, memoryInBytes: memoryInBytes - 2 * extent.count, checkpoint: stopIfAsked)
      }
    }
  }
}
