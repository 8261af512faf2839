import Files
import IntensityStatistics
import Jobs
import MPI
import VolumeFormats
import Voxels
import Zarr

/// One run of `tile`.
struct TilingRun {
  let source: any VolumeSource
  /// Where the store is written.
  let path: String
  let geometry: TilingGeometry
  let memory: TilingMemory
  let resolved: ResolvedSettings
  let job: JobSettings
  let communicator: Communicator
  let isStopRequested: @Sendable () -> Bool

  private var layout: StoreLayout { geometry.layout }
  private var ownDirectory: String { Store.ownDirectory(of: path) }
  private var partialStatistics: PartialStatistics { PartialStatistics(ownDirectory: ownDirectory) }

  func run() throws {
    job.console.warn(about: source.description, voxelSizeMatters: true)
    let (store, records) = try makeFinestLevels()
    let finest = try UnitRecord.shards(records, of: store, levels: 0..<geometry.levelsInUnit, communicator)
    let jobs = LevelJobs(
      command: resolved.command, name: "\(resolved.command)-level", directory: ownDirectory,
      identity: resolved.identity, output: path, settings: job, baseInBytes: TilingMemory.programInBytes,
      joinsSmallLevels: true)
    let coarser = try PyramidLevels(store, content: layout.content, jobs: jobs, communicator: communicator)
      .make(from: geometry.levelsInUnit, below: finest[finest.count - 1].empty)
    try communicator.rootOnly { if !store.isFinished { try close(store, finest + coarser) } }
  }

  private func makeFinestLevels() throws -> (Store, [UnitRecord]) {
    let job = try Job(
      plan: plan, directory: ownDirectory, identity: resolved.identity, output: path, communicator: communicator,
      settings: self.job, recheck: OutputContents.isSealed(path) ? { _ in nil } : partialStatistics.damage)
    let store = try communicator.everyRank { try Store.create(path, layout) }
    let tiler = UnitTiler(
      slabs: UnitSlabs(
        geometry: geometry, memory: memory, reader: SlabReader(source: source, threads: self.job.threads),
        isStopRequested: isStopRequested),
      arrays: store.levels, threads: self.job.threads)
    let watch = InputWatch(
      source: source, geometry: geometry, tiler: tiler, output: path, settings: self.job, communicator: communicator)
    try watch.reconcile(job, isFinished: try communicator.rootOnly { store.isFinished })
    let outcome = try job.runOverlapping { [partialStatistics] unit, turn in
      let (record, statistics) = try tiler.run(unit) { turn.end() }
      try partialStatistics.save(statistics, unit: unit)
      return try record.encoded()
    }
    if outcome.unitsDoneNow > 0 { try watch.requireUnchanged(outcome.payloads) }
    return (store, try outcome.payloads.map(UnitRecord.decode))
  }

  private func close(_ store: Store, _ shards: [WrittenShards]) throws {
    let grid = StatisticsGrid(volume: layout.extent, type: layout.voxelType, run: layout.chunk.x)
    let sum = try partialStatistics.sum(unitCount: geometry.units.count, grid)
    try StoreStatistics.save(sum, store: path)
    try addDisplayRange(store, sum)
    try resolved.write(to: ownDirectory)
    try removePartialFiles(below: path, leavingOut: ["labels"])
    try store.finish(shards)
    try partialStatistics.remove()
  }

  /// Viewers begin with the range in which nearly all of the tissue lies.
  private func addDisplayRange(_ store: Store, _ grid: StatisticsGrid) throws {
    guard layout.content == .image, let statistics = try? StoreStatistics(grid, name: path) else { return }
    let display = statistics.displayRange
    try store.addDisplayRange(
      from: display.lowerBound, to: display.upperBound, of: statistics.range,
      label: layout.attributes["structure"]?.asString ?? layout.name)
  }

  private var plan: JobPlan {
    let description = source.description
    var lines = [
      "\(description.path): \(description.format), \(description.storage)",
      "\(description.extent) voxels of \(description.voxelType.rawValue), voxel size "
        + (layout.voxelSizeInMicrometres?.description ?? "unknown"),
      (geometry.levelExtents.count == 1
        ? "1 level" : "\(geometry.levelExtents.count) levels, \(geometry.levelsInUnit) of them from memory")
        + ", in shards of \(layout.shard) of chunks of \(layout.chunk)",
      "slabs of \(memory.slab.clamped(to: layout.extent))",
    ]
    if memory.decodingsPerVoxel > 1.005 {
      let times = (memory.decodingsPerVoxel * 100).rounded() / 100
      lines.append("with this memory every voxel of the input is decoded \(times) times; more memory makes it faster")
    }
    lines += description.notes.map { "note: \($0)" }
    return JobPlan(
      command: resolved.command, unitCount: geometry.units.count, unitName: "units", bytesRead: description.byteCount,
      bytesWritten: geometry.byteCount, memoryPerRankInBytes: memory.inBytes,
      // Light-sheet volumes compress to a third at best. If the disk fills up nevertheless, the job ends with an error
      // and can be resumed; refusing volumes that would have fitted helps nobody.
      diskNeededInBytes: geometry.byteCount / 3, description: lines)
  }
}
