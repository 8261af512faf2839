import Files
import Jobs
import MPI
import VolumeFormats
import Voxels

/// A prediction and its reference, checked and divided into slabs, ready to be compared.
///
/// Everything that can be known without going through the voxels is checked here, before the pass: extents, memory (also
/// that of clDice), and whether the values of a plane of each volume have a meaning.
package struct Comparison {
  let prediction: EvaluatedVolume
  let reference: EvaluatedVolume
  let settings: EvaluationSettings
  let communicator: Communicator
  /// Planes of a slab.
  let planes: Int
  /// What this rank may use.
  let memoryInBytes: Int

  var extent: Extent { prediction.extent }
  package var slabCount: Int { (extent.z + planes - 1) / planes }

  /// Bytes in memory for each voxel of a slab: both volumes' values, classes and object numbers, and runs of the densest
  /// mask that has any.
  private static let bytesPerSlabVoxel = 2 * (8 + 1 + 4 + 12)
  /// Slabs of fewer voxels than this are not worth a thread's while, and slabs of more only take memory.
  private static let worthwhileVoxels = 1 << 19...1 << 24

  /// Collective.
  ///
  /// - Throws: `Fault.badData` when the extents differ or a value has no class; `Fault.usage` when memory does not
  ///   suffice, saying what would.
  package init(
    _ prediction: EvaluatedVolume, _ reference: EvaluatedVolume, _ settings: EvaluationSettings,
    _ communicator: Communicator
  ) throws {
    try self.init(unchecked: prediction, reference, settings, communicator)
    try communicator.rootOnly { try checkValues() }
  }

  /// The same volumes with another meaning.
  init(_ division: Comparison, _ prediction: EvaluatedVolume, _ reference: EvaluatedVolume) {
    self.prediction = prediction
    self.reference = reference
    settings = division.settings
    communicator = division.communicator
    planes = division.planes
    memoryInBytes = division.memoryInBytes
  }

  /// Checks everything but the values. Collective.
  init(
    unchecked prediction: EvaluatedVolume, _ reference: EvaluatedVolume, _ settings: EvaluationSettings,
    _ communicator: Communicator
  ) throws {
    self.prediction = prediction
    self.reference = reference
    self.settings = settings
    self.communicator = communicator
    memoryInBytes = settings.memoryInBytes ?? MachineMemory().bytes
    try Comparison.requireEqualExtents(
      (prediction.name, prediction.extent), (reference.name, reference.extent))
    guard !prediction.extent.isEmpty else {
      throw Fault.badData("\(prediction.name) has no voxels").onEveryRank
    }
    // Threads and memory may differ between ranks; slabs must not.
    let workers = try communicator.allReduce(max(1, settings.threads), .sum)
    let own = try communicator.everyRank { [memoryInBytes] in
      try Comparison.planesAtATime(prediction.extent, settings, workers: workers, memoryInBytes: memoryInBytes)
    }
    planes = try communicator.allReduce(own, .min)
    try communicator.rootOnly { try checkCentrelineMemory() }
  }

  /// Compares the values of one plane of each volume with its rule.
  func checkValues() throws {
    for volume in [prediction, reference] { try volume.checkValues() }
  }

  /// The slabs that this rank reads.
  var ownSlabs: Range<Int> {
    (slabCount * communicator.rank / communicator.size)..<(slabCount * (communicator.rank + 1) / communicator.size)
  }

  func region(ofSlab number: Int) -> Region {
    let from = number * planes
    return Region(
      origin: Coordinate(from, 0, 0), extent: Extent(min(planes, extent.z - from), extent.y, extent.x))
  }

  /// - Throws: `Fault.badData` when the extents differ.
  package static func requireEqualExtents(_ first: VolumeDescription, _ second: VolumeDescription) throws {
    try requireEqualExtents((first.path, first.extent), (second.path, second.extent))
  }

  private static func requireEqualExtents(
    _ first: (name: String, extent: Extent), _ second: (name: String, extent: Extent)
  ) throws {
    guard first.extent != second.extent else { return }
    throw Fault.badData(
      "\(first.name) is \(first.extent) voxels, but \(second.name) is \(second.extent): only volumes of one extent can be compared\(reversalAdvice(first.extent, second.extent))"
    ).onEveryRank
  }

  /// What may have gone wrong where one extent is the other backwards: an array whose axes are x, y, z.
  package static func reversalAdvice(_ first: Extent, _ second: Extent) -> String {
    guard first != second, first == Extent(second.x, second.y, second.z) else { return "" }
    return "; one is the other with its axes in reverse: write both with axes z, y, x"
  }

  /// How many planes to compare at a time: few enough to give every worker some and for the memory, enough to be worth
  /// a thread's while.
  private static func planesAtATime(
    _ extent: Extent, _ settings: EvaluationSettings, workers: Int, memoryInBytes: Int
  ) throws -> Int {
    if let planes = settings.planesAtATime { return planes }
    let planeVoxels = extent.y * extent.x
    let threads = max(1, settings.threads)
    let fitting = memoryInBytes / (planeVoxels * bytesPerSlabVoxel * threads)
    guard fitting >= 1 else {
      let needed = ByteSize(bytes: planeVoxels * bytesPerSlabVoxel * threads)
      throw Fault.usage(
        "comparing volumes of \(extent) voxels on \(threads) threads needs \(needed) of memory, but --memory allows \(ByteSize(bytes: memoryInBytes)); \(needed.memoryAdvice) or use fewer threads"
      )
    }
    let share = (extent.z + workers - 1) / workers
    let least = max(1, worthwhileVoxels.lowerBound / planeVoxels)
    let most = max(1, worthwhileVoxels.upperBound / planeVoxels)
    return min(max(share, least), most, fitting, extent.z)
  }

  private var planeInBytes: Int { extent.y * extent.x * Comparison.bytesPerSlabVoxel }

  /// What clDice takes on rank 0: both masks, and beside them a plane while they are read, or the work on them; nil when
  /// no computer has that much.
  private var centrelineMemoryInBytes: Int? {
    guard let work = CentrelineDice.memoryInBytes(extent: extent) else { return nil }
    return 2 * extent.count + max(work, planeInBytes)
  }

  /// Planes read at a time beside the masks of clDice.
  var centrelinePlanes: Int { max(1, min(planes, (memoryInBytes - 2 * extent.count) / planeInBytes)) }

  private func checkCentrelineMemory() throws {
    guard settings.withCentrelineDice else { return }
    guard let needed = centrelineMemoryInBytes, needed <= memoryInBytes else {
      let words = centrelineMemoryInBytes.map { "\(ByteSize(bytes: $0))" } ?? "more"
      let advice = centrelineMemoryInBytes.map { ByteSize(bytes: $0).memoryAdvice + ", compare" } ?? "compare"
      throw Fault.usage(
        "clDice of \(extent) voxels needs \(words) of memory on rank 0, but \(ByteSize(bytes: memoryInBytes)) is allowed; \(advice) a part of the volume, or leave clDice out with --category isolated"
      )
    }
  }

  /// What is doubtful about comparing the two.
  package var doubts: [String] {
    var doubts = prediction.doubts + reference.doubts
    if let first = prediction.voxelSizeInMicrometres, let second = reference.voxelSizeInMicrometres,
      (0..<3).contains(where: { abs(first[$0] - second[$0]) > 0.01 * max(first[$0], second[$0]) })
    {
      doubts.append(
        "the voxels of \(prediction.name) are \(first), those of \(reference.name) \(second), although the volumes have one extent; check that they show the same part at the same resolution"
      )
    }
    return doubts
  }

  /// What is going to be done.
  package var plan: JobPlan {
    let passes = (settings.withCentrelineDice ? 2 : 1) + (reference.interpretation == nil ? 0 : 1)
    var scores = ["Dice"]
    if settings.withPanopticQuality { scores.append("panoptic quality") }
    if settings.withCentrelineDice { scores.append("clDice (whole masks, on rank 0)") }
    return JobPlan(
      command: "evaluate", unitCount: slabCount, unitName: "slabs",
      bytesRead: extent.count * (prediction.bytesPerVoxel + reference.bytesPerVoxel) * passes,
      memoryPerRankInBytes: max(
        min(planes, extent.z) * planeInBytes * max(1, settings.threads),
        settings.withCentrelineDice ? centrelineMemoryInBytes ?? 0 : 0),
      description: [
        "\(extent) voxels, \(scores.joined(separator: ", "))", "prediction \(prediction.summary)",
        "reference \(reference.summary)",
      ])
  }
}

extension EvaluatedVolume {
  /// Compares the values of one plane with the rule, the middle one where it can be reached without reading the others.
  ///
  /// - Throws: `Fault.badData` as `VoxelClasses.classes`.
  fileprivate func checkValues() throws {
    _ = try classes.classes(of: read(sampledPlane), name: name)
  }
}
