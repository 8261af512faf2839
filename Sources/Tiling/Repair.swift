import Files
import Foundation
import Jobs
import MPI
import VolumeFormats
import Voxels
import Zarr

/// Rebuilds damaged and missing shards of a finished store from the volume it was tiled from.
///
/// 1. What the store says about itself must fit: its settings and the metadata of its levels. A shard that is made again
///    is published only if its digest is the one that the store recorded; otherwise the input differs, and the damaged
///    file stays. Stores of versions before digests rely on the fingerprint of the input instead.
/// 2. Damaged shards of level 0 are made from the input, those of one tiling unit together, so that no strip is
///    decoded twice; the sound shards beside them are left alone.
/// 3. Those of every further level are made from the level below, which is sound by then.
///
/// Statistics and metadata stay as they are. An interrupted repair loses nothing: the next one continues with what is
/// still damaged.
package struct Repair {
  private let store: Store
  private let source: any VolumeSource
  private let layout: StoreLayout
  /// To be written to: the store's own arrays refuse shards that are lost.
  private let writable: [ZarrArray]
  /// What the shards of each level must be, by their numbers.
  private let expected: [[Int: ExpectedShard]]

  /// What the store was tiled with, for whoever opens the input again.
  package static func volumeOptions(ofStore path: String) throws -> VolumeOptions {
    let recorded = try recordedSettings(ofStore: path)
    func number(_ name: String) throws -> Int {
      guard let text = recorded.settings[name] else { return 0 }
      guard let value = Int(text) else {
        throw Fault.badData("\(path) was tiled with an unknown \(name): expected a number, found \(text)")
      }
      return value
    }
    let dataset = recorded.settings["dataset"] ?? ""
    return VolumeOptions(
      channel: try number("channel"), timePoint: try number("time-point"), dataset: dataset.isEmpty ? nil : dataset,
      planes: recorded.settings["planes"])
  }

  /// - Parameter source: the original input, opened with `volumeOptions(ofStore:)`.
  /// - Throws: `Fault.usage` when the input is another one, `Fault.badData` when the store cannot be repaired because
  ///   more than shards is damaged, or it was not made by `tile`.
  package init(_ path: String, from source: any VolumeSource) throws {
    let recorded = try Repair.recordedSettings(ofStore: path)
    let store = try Store.open(path)
    self.store = store
    expected = try store.expectedShards()
    if expected.allSatisfy(\.isEmpty) { try recorded.requireLegacyInputs(source.inputPaths) }
    self.source = source
    let description = source.description
    guard description.extent == store.extent, description.voxelType == store.voxelType else {
      throw Fault.usage(
        "\(description.path) has \(description.extent) voxels of \(description.voxelType.rawValue), but \(path) was tiled "
          + "from \(store.extent) of \(store.voxelType.rawValue)")
    }
    let layout = try Repair.layout(store, recorded)
    self.layout = layout
    writable = try store.levels.map {
      try ZarrArray(path: $0.path, metadata: layout.metadata(ofLevel: $0.extent), missingShards: .areEmpty)
    }
    for (level, array) in store.levels.enumerated() where writable[level].metadata.json != array.metadata.json {
      throw Fault.badData(
        "\(array.path) is not laid out as the settings of \(path) say; tile it again with --overwrite")
    }
  }

  private static func recordedSettings(ofStore path: String) throws -> RecordedSettings {
    let recorded = try RecordedSettings(in: Store.ownDirectory(of: path))
    guard recorded.command == "tile" else {
      throw Fault.usage(
        "\(path) was made by sheaf \(recorded.command), which cannot be repaired from a volume; run that command again")
    }
    return recorded
  }

  /// What determines the metadata of the levels, from the recorded settings.
  private static func layout(_ store: Store, _ recorded: RecordedSettings) throws -> StoreLayout {
    func value<Value>(_ name: String, _ parse: (String) -> Value?) throws -> Value {
      guard let text = recorded.settings[name], let value = parse(text) else {
        throw Fault.badData(
          "the settings of \(store.path) do not give its \(name), found \(recorded.settings[name] ?? "nothing"); tile it "
            + "again with --overwrite")
      }
      return value
    }
    return StoreLayout(
      name: "", extent: store.extent, voxelType: store.voxelType,
      voxelSizeInMicrometres: store.voxelSizeInMicrometres, chunk: try value("chunk") { Extent(text: $0) },
      shard: try value("shard") { Extent(text: $0) },
      compression: try value("compression") { ChunkCompression(text: $0) },
      content: try value("levels by", StoreLayout.Content.init(rawValue:)), levelCount: store.levels.count)
  }

  /// The level and position of a shard that `Verification` numbers; nil for one that the input does not give, such as
  /// that of labels.
  package func place(of shard: Int, in verification: Verification) -> (level: Int, position: Coordinate)? {
    let (path, position) = verification.shard(shard)
    return store.levels.firstIndex { $0.path == path }.map { ($0, position) }
  }

  /// Rebuilds the shards. Collective, with the same shards on every rank.
  ///
  /// - Parameters:
  ///   - shards: positions by level.
  ///   - progress: called with the number of shards this rank has done so far.
  /// - Returns: sentences about shards that this rank left as they were because the input gives something else.
  /// - Throws: `Fault.usage` when there is too little memory, `Fault.badData` for a damaged input or a level below that is
  ///   not sound, `Fault.stopped` after a stop.
  package func run(
    _ shards: [Int: Set<Coordinate>], threads: Int, memoryInBytes: Int, communicator: Communicator,
    isStopRequested: @escaping @Sendable () -> Bool = { false }, progress: (Int) -> Void = { _ in }
  ) throws -> [String] {
    var done = 0
    var refusals: [String] = []
    func checkStop() throws {
      if isStopRequested() {
        throw Fault.stopped("the repair of \(store.path) was stopped; run the same command again to resume")
      }
    }
    let reading = source.readingGeometry
    let geometry = TilingGeometry(layout, reading: reading, levelsInUnit: 1)
    let memory = TilingMemory(geometry, reading: reading, threads: threads, limitInBytes: memoryInBytes)
    let finest = shards[0] ?? []
    guard finest.isEmpty || memory.inBytes <= memoryInBytes else {
      throw Fault.usage(
        "the repair needs \(ByteSize(bytes: memory.inBytes)) of memory per rank, but \(ByteSize(bytes: memoryInBytes)) are "
          + "allowed; \(ByteSize(bytes: memory.inBytes).memoryAdvice)")
    }
    let tiler = UnitTiler(
      slabs: UnitSlabs(
        geometry: geometry, memory: memory, reader: SlabReader(source: source, threads: threads),
        isStopRequested: isStopRequested),
      arrays: writable, threads: threads)
    let unitsOfShards = Dictionary(grouping: finest) { position in
      let origin = writable[0].shards.region(at: position).origin
      let cell = geometry.units.cell
      return geometry.units.index(of: Coordinate(origin.z / cell.z, origin.y / cell.y, origin.x / cell.x))
    }
    try share(unitsOfShards.keys.sorted(), communicator) { unit in
      try checkStop()
      refusals += try tiler.rebuild(Set(unitsOfShards[unit]!), ofUnit: unit, expecting: expected[0])
      done += unitsOfShards[unit]!.count
      progress(done)
    }
    for level in 1..<max(1, store.levels.count) {
      let builder = LevelBuilder(
        level: level, fine: store.levels[level - 1], coarse: writable[level],
        method: layout.content.downsampling, threads: threads, expected: expected[level])
      // In order, so that every rank and run does the same.
      try share((shards[level] ?? []).map { writable[level].shards.index(of: $0) }.sorted(), communicator) { shard in
        try checkStop()
        do {
          refusals += try builder.run(shard: shard).refusals
        } catch let fault as Fault where fault.kind == .badData {
          refusals.append(
            "\(writable[level].shardPath(at: writable[level].shards.position(of: shard))) cannot be repaired: \(fault.message)"
          )
        }
        done += 1
        progress(done)
      }
    }
    try communicator.rootOnly { try removePartialFiles(below: store.path, leavingOut: ["labels"]) }
    return refusals
  }

  /// Every rank does its share of `items`, and all wait for each other.
  private func share(_ items: [Int], _ communicator: Communicator, _ body: (Int) throws -> Void) throws {
    try communicator.everyRank {
      for index in stride(from: communicator.rank, to: items.count, by: communicator.size) { try body(items[index]) }
    }
  }
}
