import Files
import Foundation
import IntensityStatistics
import Jobs
import MPI
import Threads
import VolumeFormats
import Voxels
import Zarr

/// Writes a volume as an OME-Zarr store with pyramid and statistics.
///
/// 1. All headers of the input are looked at, each rank its share, before anything is created.
/// 2. Units, each a row of whole shards, are handed out: a unit is read once, and from the voxels in memory come the
///    shards of level 0 (and level 1 where a unit owns whole shards of it) and the statistics.
/// 3. Every further level is a job of its own over its shards, made from the level below; those of few shards are one
///    unit together.
/// 4. Rank 0 adds up the statistics and closes the store with the list of its empty shards.
///
/// The store's bytes do not depend on ranks, threads or memory. Collective.
///
/// - Parameters:
///   - path: the store's directory.
///   - resolved: the command, with the settings that the source was opened with; those of the store are added here.
///   - memoryInBytes: what a rank may use.
///   - isStopRequested: asked between two slabs.
/// - Returns: the finished store.
/// - Throws: `Fault.badData` for damaged input, `Fault.usage` when the memory does not do, `Fault.cannotCreate` when
///   the output belongs to another command, `Fault.stopped` after a stop.
package func tile(
  _ source: any VolumeSource, to path: String, settings: TilingSettings, resolved: ResolvedSettings,
  job: JobSettings, memoryInBytes: Int, communicator: Communicator,
  isStopRequested: @escaping @Sendable () -> Bool = { false }, levelsInUnit: Int? = nil
) throws -> Store {
  let description = source.description
  let layout = try settings.layout(
    name: storeName(path), extent: description.extent, type: description.voxelType,
    voxelSizeInMicrometres: description.voxelSizeInMicrometres)
  let geometry = TilingGeometry(layout, reading: source.readingGeometry, levelsInUnit: levelsInUnit)
  let memory = TilingMemory(
    geometry, reading: source.readingGeometry, threads: job.threads, limitInBytes: memoryInBytes)
  var resolved = resolved
  for (name, value) in layout.settings { resolved.add(name, value) }
  try communicator.everyRank {
    for input in source.inputPaths { try resolved.add(input: "input", path: input) }
    try parallelForEach(count: job.threads, threads: job.threads) { thread in
      try source.check(part: communicator.rank * job.threads + thread, of: communicator.size * job.threads)
    }
  }
  let tiling = Tiling(
    source: source, path: path, geometry: geometry, memory: memory, resolved: resolved, job: job,
    communicator: communicator, isStopRequested: isStopRequested)
  return try tiling.run()
}

/// The name of the image in a store: the directory's, without its ending.
private func storeName(_ path: String) -> String {
  let name = path.split(separator: "/").last.map(String.init) ?? path
  let base = name.hasSuffix(".zarr") ? String(name.dropLast(5)) : name
  return base.hasSuffix(".ome") ? String(base.dropLast(4)) : base
}

extension StoreLayout {
  /// What decides the store's bytes besides the voxels.
  fileprivate var settings: [(String, String)] {
    [
      ("chunk", chunk.text), ("shard", shard.text), ("compression", "\(compression)"), ("levels by", content.rawValue),
      ("voxel-size", voxelSizeInMicrometres?.description ?? "unknown"),
      (
        "attributes",
        attributes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.asString ?? "")" }.joined(separator: ", ")
      ),
    ]
  }
}

/// One run of `tile`.
private struct Tiling {
  let source: any VolumeSource
  let path: String
  let geometry: TilingGeometry
  let memory: TilingMemory
  let resolved: ResolvedSettings
  let job: JobSettings
  let communicator: Communicator
  let isStopRequested: @Sendable () -> Bool

  /// Levels of so few shards are not worth handing out.
  private static let fewShards = 16

  private var layout: StoreLayout { geometry.layout }
  private var ownDirectory: String { Store.ownDirectory(of: path) }
  private var partialStatistics: PartialStatistics { PartialStatistics(ownDirectory: ownDirectory) }

  func run() throws -> Store {
    let (store, records) = try makeFinestLevels()
    var empty = try emptyShards(records, of: store, levels: 0..<geometry.levelsInUnit)
    var level = geometry.levelsInUnit
    while level < store.levels.count {
      let isLast = store.levels[level].shards.count <= Self.fewShards
      let levels = level..<(isLast ? store.levels.count : level + 1)
      let records = try makeLevels(levels, of: store, below: empty[level - 1])
      empty += try emptyShards(records, of: store, levels: levels)
      level = levels.upperBound
    }
    try communicator.rootOnly { if !store.isFinished { try close(store, empty) } }
    return try communicator.everyRank { try Store.open(path) }
  }

  private func makeFinestLevels() throws -> (Store, [UnitRecord]) {
    let job = try Job(
      plan: plan, directory: ownDirectory, identity: resolved.identity, output: path, communicator: communicator,
      settings: self.job)
    let store = try communicator.everyRank { try Store.create(path, layout) }
    let tiler = UnitTiler(
      geometry: geometry, memory: memory, reader: SlabReader(source: source, threads: self.job.threads),
      arrays: store.levels, threads: self.job.threads, isStopRequested: isStopRequested)
    let outcome = try job.runOverlapping { [partialStatistics] unit, turn in
      let (record, statistics) = try tiler.run(unit) { turn.end() }
      try partialStatistics.save(statistics, unit: unit)
      return try record.encoded()
    }
    return (store, try outcome.payloads.map(UnitRecord.decode))
  }

  /// One level, whose units are its shards, or several, which are one unit.
  private func makeLevels(_ levels: Range<Int>, of store: Store, below empty: EmptyShards) throws -> [UnitRecord] {
    let below = store.levels[levels.lowerBound - 1]
    // A shard of the level below that this rank does not see, on a network file system that shows it late, must not
    // pass for an empty one.
    let fine = try ZarrArray(path: below.path, metadata: below.metadata, missingShards: .areLost(except: empty))
    let isOneUnit = levels.upperBound == store.levels.count
    let builders = levels.map { level in
      LevelBuilder(
        level: level, fine: level == levels.lowerBound ? fine : store.levels[level - 1], coarse: store.levels[level],
        method: layout.content == .labels ? .mode : .mean, threads: self.job.threads)
    }
    var settings = self.job
    settings.overwrite = false
    let job = try Job(
      plan: JobPlan(
        command: resolved.command, name: "\(resolved.command)-level-\(levels.lowerBound)",
        unitCount: isOneUnit ? 1 : builders[0].coarse.shards.count, unitName: isOneUnit ? "unit" : "shards"),
      directory: ownDirectory, identity: resolved.identity, output: path, communicator: communicator,
      settings: settings)
    let outcome = try job.runOverlapping { unit, turn in
      if !isOneUnit { return try builders[0].run(shard: unit) { turn.end() }.encoded() }
      return try UnitRecord(emptyShards: builders.flatMap { try $0.runAll().emptyShards }).encoded()
    }
    return try outcome.payloads.map(UnitRecord.decode)
  }

  /// The empty shards of levels that are complete, on every rank.
  private func emptyShards(_ records: [UnitRecord], of store: Store, levels: Range<Int>) throws -> [EmptyShards] {
    let known = try communicator.rootOnly { records.flatMap(\.emptyShards) }
    return levels.map { level in
      var empty = EmptyShards(count: store.levels[level].shards.count)
      for shard in known where shard.level == level { empty.insert(shard.number) }
      return empty
    }
  }

  private func close(_ store: Store, _ empty: [EmptyShards]) throws {
    let grid = StatisticsGrid(volume: layout.extent, type: layout.voxelType, run: layout.chunk.x)
    let sum = try partialStatistics.sum(unitCount: geometry.units.count, grid)
    try StoreStatistics.save(sum, store: path)
    try resolved.write(to: ownDirectory)
    try removePartialFiles(below: path, leavingOut: ["labels"])
    try store.finish(emptyShards: empty, ownFiles: ["settings.json", "statistics"])
    try partialStatistics.remove()
  }

  private var plan: JobPlan {
    let description = source.description
    var lines = [
      "\(description.path): \(description.format), \(description.storage)",
      "\(description.extent) voxels of \(description.voxelType.rawValue), voxel size "
        + (layout.voxelSizeInMicrometres?.description ?? "unknown"),
      "\(geometry.levelExtents.count) levels, \(geometry.levelsInUnit) of them from memory, in shards of \(layout.shard) "
        + "of chunks of \(layout.chunk)",
      "slabs of \(memory.slab.clamped(to: layout.extent))",
    ]
    if memory.decodingsPerVoxel > 1.005 {
      let times = (memory.decodingsPerVoxel * 100).rounded() / 100
      lines.append("with this memory every voxel of the input is decoded \(times) times; more memory is quicker")
    }
    lines += description.notes.map { "note: \($0)" }
    if layout.voxelSizeInMicrometres == nil {
      lines.append(
        "warning: the voxel size is unknown and written as 1 without a unit; give it with --voxel-size Z,Y,X")
    }
    return JobPlan(
      command: resolved.command, unitCount: geometry.units.count, unitName: "units", bytesRead: description.byteCount,
      bytesWritten: geometry.byteCount, memoryPerRankInBytes: memory.inBytes,
      // Light-sheet volumes compress to a third at best. If the disk fills up nevertheless, the job ends with a
      // sentence and carries on later; refusing volumes that would have fitted helps nobody.
      diskNeededInBytes: geometry.byteCount / 3, description: lines)
  }
}
