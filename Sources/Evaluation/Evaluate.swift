import Files
import Jobs
import MPI
import Synchronization
import Threads
import Voxels

/// What is computed in addition to Dice.
package struct EvaluationSettings: Sendable {
  package var withPanopticQuality = true
  package var withCentrelineDice = true
  /// The minimum IoU of a match.
  package var matchingThreshold = PanopticQuality.usualThreshold
  package var memoryInBytes: Int?
  package var threads = 1
  /// Planes compared at a time; as many as fit in memory when nil. The result does not depend on it.
  package var planesAtATime: Int?

  package init() {}
}

package struct EvaluationResult: Sendable, Equatable {
  package let counts: OverlapCounts
  package let panopticQuality: PanopticQuality?
  package let centrelineDice: CentrelineDice?
}

/// Compares a prediction with its reference. Dice and panoptic quality are computed slab by slab, each rank a range of
/// slabs, in memory that does not depend on the volume; clDice needs both masks whole, on rank 0. Collective; every rank
/// must pass the same arguments, and every rank returns the same Dice, while the rest is complete on rank 0 alone.
///
/// - Throws: `Fault.badData` when the extents differ or a value has no class; `Fault.usage` when memory does not suffice,
///   saying what would.
package func evaluate(
  _ prediction: EvaluatedVolume, _ reference: EvaluatedVolume, _ settings: EvaluationSettings,
  _ communicator: Communicator = .single()
) throws -> EvaluationResult {
  guard prediction.extent == reference.extent else {
    throw Fault.badData(
      "\(prediction.name) is \(prediction.extent) voxels, but \(reference.name) is \(reference.extent): only volumes of one extent can be compared"
    )
  }
  guard !prediction.extent.isEmpty else { throw Fault.badData("\(prediction.name) has no voxels") }
  let planes = try planesAtATime(prediction.extent, settings)
  let slabs = (prediction.extent.z + planes - 1) / planes
  let own = (slabs * communicator.rank / communicator.size)..<(slabs * (communicator.rank + 1) / communicator.size)
  var overlap = try communicator.everyRank {
    try compare(slabs: own, planes: planes, prediction, reference, settings)
  }
  let parts = try communicator.gather(overlap.encoded())
  if let parts {
    overlap = SlabOverlap()
    for part in parts { overlap.append(SlabOverlap(decoding: part)) }
  }
  let foreground = 2 * overlap.counts.truePositives + overlap.counts.falsePositives + overlap.counts.falseNegatives
  var centrelineDice: CentrelineDice?
  if settings.withCentrelineDice {
    centrelineDice = try communicator.rootOnly { () throws -> CentrelineDice in
      try compareCentrelines(prediction, reference, planes: planes, foreground: foreground, settings)
    }
  }
  return EvaluationResult(
    counts: try communicator.broadcast(coding: overlap.counts),
    panopticQuality: settings.withPanopticQuality
      ? PanopticQuality(overlap.objectOverlaps(), threshold: settings.matchingThreshold) : nil,
    centrelineDice: centrelineDice)
}

/// What a comparison of volumes of `extent` voxels is going to do. `bytesPerVoxel` of both volumes together, as read.
///
/// - Throws: `Fault.usage` when memory does not suffice for a slab of one plane a thread.
package func evaluationPlan(extent: Extent, bytesPerVoxel: Int, _ settings: EvaluationSettings) throws -> JobPlan {
  let planes = try planesAtATime(extent, settings)
  let passes = settings.withCentrelineDice ? 2 : 1
  var scores = ["Dice"]
  if settings.withPanopticQuality { scores.append("panoptic quality") }
  if settings.withCentrelineDice { scores.append("clDice (whole masks, on rank 0)") }
  return JobPlan(
    command: "evaluate", unitCount: (extent.z + planes - 1) / planes, unitName: "slabs",
    bytesRead: extent.count * bytesPerVoxel * passes,
    memoryPerRankInBytes: min(planes, extent.z) * extent.y * extent.x * bytesPerSlabVoxel * max(1, settings.threads),
    description: ["\(extent) voxels, \(scores.joined(separator: ", "))"])
}

/// Bytes in memory for each voxel of a slab: both volumes' values, classes and object numbers, and runs of the densest
/// mask that has any.
private let bytesPerSlabVoxel = 2 * (8 + 1 + 4 + 12)

/// How many planes to compare at a time: enough to be worth a thread's while, few enough for the memory.
private func planesAtATime(_ extent: Extent, _ settings: EvaluationSettings) throws -> Int {
  if let planes = settings.planesAtATime { return planes }
  let planeBytes = extent.y * extent.x * bytesPerSlabVoxel
  let worthwhile = max(1, (1 << 24) / (extent.y * extent.x))
  guard let memory = settings.memoryInBytes else { return worthwhile }
  let fitting = memory / (planeBytes * max(1, settings.threads))
  guard fitting >= 1 else {
    throw Fault.usage(
      "comparing volumes of \(extent) voxels on \(settings.threads) threads needs \(ByteSize(bytes: planeBytes * settings.threads)) of memory, but --memory allows \(ByteSize(bytes: memory)); give more memory or fewer threads"
    )
  }
  return min(worthwhile, fitting)
}

/// Compares a range of slabs, `settings.threads` at a time.
private func compare(
  slabs: Range<Int>, planes: Int, _ prediction: EvaluatedVolume, _ reference: EvaluatedVolume,
  _ settings: EvaluationSettings
) throws -> SlabOverlap {
  var total = SlabOverlap()
  var start = slabs.lowerBound
  while start < slabs.upperBound {
    let count = min(max(1, settings.threads), slabs.upperBound - start)
    let batch = Mutex([SlabOverlap?](repeating: nil, count: count))
    let first = start
    try parallelForEach(count: count, threads: count) { index in
      let from = (first + index) * planes
      let slab = try SlabOverlap(
        planes: from..<min(from + planes, prediction.extent.z), prediction: prediction, reference: reference,
        withObjects: settings.withPanopticQuality)
      batch.withLock { $0[index] = slab }
    }
    for slab in batch.withLock({ $0 }) { total.append(slab!) }
    start += count
  }
  return total
}

/// clDice of two whole volumes.
private func compareCentrelines(
  _ prediction: EvaluatedVolume, _ reference: EvaluatedVolume, planes: Int, foreground: Int,
  _ settings: EvaluationSettings
) throws -> CentrelineDice {
  let extent = prediction.extent
  let memory = settings.memoryInBytes ?? machineMemoryInBytes()
  let work = CentrelineDice.memoryInBytes(extent: extent, foreground: foreground)
  let slab = planes * extent.y * extent.x * bytesPerSlabVoxel
  let needed = work.map { $0 + 2 * extent.count + slab }
  guard let needed, needed <= memory else {
    throw Fault.usage(
      "clDice of \(extent) voxels needs \(needed.map { "\(ByteSize(bytes: $0))" } ?? "more") of memory on rank 0, but \(ByteSize(bytes: memory)) is allowed; give more with --memory, compare a part of the volume, or leave clDice out with --category isolated"
    )
  }
  var predictionMask = [UInt8](repeating: 0, count: extent.count)
  var referenceMask = predictionMask
  for from in stride(from: 0, to: extent.z, by: planes) {
    let region = Region(
      origin: Coordinate(from, 0, 0), extent: Extent(min(planes, extent.z - from), extent.y, extent.x))
    var predictionClasses = try prediction.classes.classes(of: prediction.read(region), name: prediction.name)
    var referenceClasses = try reference.classes.classes(of: reference.read(region), name: reference.name)
    _ = clearIgnored(&predictionClasses, &referenceClasses)
    let offset = from * extent.y * extent.x
    predictionMask.replaceSubrange(offset..<(offset + predictionClasses.count), with: predictionClasses)
    referenceMask.replaceSubrange(offset..<(offset + referenceClasses.count), with: referenceClasses)
  }
  return predictionMask.withUnsafeBufferPointer { prediction in
    referenceMask.withUnsafeBufferPointer { reference in
      CentrelineDice(prediction: prediction, reference: reference, extent: extent)
    }
  }
}
