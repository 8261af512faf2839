import Files
import IntensityStatistics
import Jobs
import MPI
import Threads
import VolumeFormats
import Voxels
import Zarr

/// Writes a volume as an OME-Zarr store with pyramid and statistics.
///
/// 1. The headers of the input are checked, each rank its share, before anything is created.
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
/// - Throws: `Fault.badData` for damaged input, `Fault.usage` when there is too little memory, `Fault.cannotCreate` when
///   the output belongs to another command, `Fault.stopped` after a stop.
public func tile(
  _ source: any VolumeSource, to path: String, settings: TilingSettings, resolved: ResolvedSettings,
  job: JobSettings, memoryInBytes: Int, communicator: Communicator,
  isStopRequested: @escaping @Sendable () -> Bool = { false }, levelsInUnit: Int? = nil
) throws -> Store {
  let description = source.description
  var layout = try settings.layout(
    name: storeName(path), extent: description.extent, type: description.voxelType,
    voxelSizeInMicrometres: description.voxelSizeInMicrometres)
  let layoutSettings = layout.settings
  // A store that an earlier version has begun is finished as it was begun.
  let isPlaced = try communicator.rootOnly { job.overwrite || !StoreLayout.isBegunWithoutPlace(path) }
  if isPlaced { layout.place(description.placement) }
  let geometry = TilingGeometry(layout, reading: source.readingGeometry, levelsInUnit: levelsInUnit)
  let memory = TilingMemory(
    geometry, reading: source.readingGeometry, threads: job.threads, limitInBytes: memoryInBytes)
  var resolved = resolved
  for (name, value) in layoutSettings { resolved.add(name, value) }
  try communicator.everyRank {
    // Which files changed is for `InputWatch` to find.
    let identity = "\(description.extent) voxels of \(description.voxelType.rawValue), \(description.format)"
    try resolved.add(
      input: "input", path: description.path, files: communicator.isRoot ? source.files : [],
      legacyPaths: source.inputPaths
    ) { identity }
    try parallelForEach(count: job.threads, threads: job.threads) { thread in
      try source.check(part: communicator.rank * job.threads + thread, of: communicator.size * job.threads)
    }
  }
  if communicator.size > 1 {
    try RankAgreement.require([communicator.everyRank { try RankAgreement.inputFiles(source.files) }], communicator)
  }
  var request = OutputPlace.Request(path, owner: OutputOwner(resolved), inputs: source.placesOfFiles)
  request.isContinuable = { InputWatch.canContinue($0, from: source) }
  try OutputPlace.write(request, settings: job, communicator: communicator) { [resolved] workPath, job in
    let run = TilingRun(
      source: source, path: workPath, geometry: geometry, memory: memory, resolved: resolved, job: job,
      communicator: communicator, isStopRequested: isStopRequested)
    try run.run()
  }
  return try communicator.everyRank { try Store.open(path) }
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
      ("chunk", chunk.text), ("shard", shard.text), ("compression", compression.text), ("levels by", content.rawValue),
      ("voxel-size", voxelSizeInMicrometres?.exactText ?? "unknown"),
      (
        "attributes",
        attributes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.asString ?? "")" }.joined(separator: ", ")
      ),
    ]
  }
}
