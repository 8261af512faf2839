import Files
import Foundation
import Jobs
import MPI
import Scratch
import Testing
import Tiling
import Voxels
import Zarr

/// A shard of the level below that is not to be seen, as on a network file system that shows files late, is refused and
/// never read as zeros.
@Suite struct LateShardTests {
  private let chunk = Extent(4)
  private let shard = Extent(8)

  /// Hides a shard of `level` of a store whose coarser levels are still to be made.
  private func check(level: Int, volume: VoxelBuffer) throws {
    let directory = try ScratchDirectory()
    let path = directory.file("a.zarr")
    let source = try MemoryVolume(volume)
    func tile() throws { try BlockwiseTests.tile(source, to: path, chunk: chunk, shard: shard, levelsInUnit: 1) }
    try tile()
    let whole = try tree(path) { $0.hasSuffix(".journal") }
    try reopen(path, from: level + 1)
    let late = try #require(try firstFile(below: joinPath(path, "\(level)/c")))
    try FileManager.default.moveItem(atPath: late, toPath: directory.file("late"))
    let fault = fault { try tile() }
    #expect(fault?.kind == .badData && fault?.message.contains(late) == true, "\(fault?.message ?? "none")")
    #expect(!(try Store.open(path)).isFinished)
    try FileManager.default.moveItem(atPath: directory.file("late"), toPath: late)
    try tile()
    #expect(try tree(path) { $0.hasSuffix(".journal") } == whole, "level \(level)")
  }

  /// Leaves the store at `path` as a run that was cut off before level `level` has it, which is one unit.
  private func reopen(_ path: String, from level: Int) throws {
    let own = joinPath(path, ".sheaf")
    // The statistics of one unit are those of the volume.
    try createDirectory(joinPath(own, "partial-statistics"))
    try publish(try readWholeFile(joinPath(own, "statistics")), to: joinPath(own, "partial-statistics/0"))
    for name in ["contents.json", "tile-level-\(level).journal"] {
      try FileManager.default.removeItem(atPath: joinPath(own, name))
    }
  }

  @Test func tilingRefusesAShardOfLevel0() throws {
    try check(level: 0, volume: organ(.uint16, Extent(7, 8, 30)))
  }

  @Test(arguments: [StoreLayout.Content.image, .labels], [false, true])
  func everyLevelRefusesAShardOfTheLevelBelow(content: StoreLayout.Content, joinsSmallLevels: Bool) throws {
    let directory = try ScratchDirectory()
    let extent = Extent(20, 33, 70)
    let volume = organ(.uint16, extent)
    let path = directory.file("a.zarr")
    let store = try Store.create(
      path,
      StoreLayout(
        name: "a", extent: extent, voxelType: .uint16, voxelSizeInMicrometres: nil, chunk: chunk, shard: shard,
        content: content))
    var below = EmptyShards(count: store.levels[0].shards.count)
    for shard in 0..<store.levels[0].shards.count {
      let writer = try ShardWriter(store.levels[0], at: store.levels[0].shards.position(of: shard))
      try writer.writeChunks(from: volume, origin: .zero)
      if try writer.publish() { below.insert(shard) }
    }
    func make() throws -> [WrittenShards] {
      let jobs = LevelJobs(
        command: "test", name: "level", directory: directory.file("own"), identity: "", output: directory.file("out"),
        settings: JobSettings(threads: 2), baseInBytes: 0, joinsSmallLevels: joinsSmallLevels)
      return try PyramidLevels(store, content: content, jobs: jobs, communicator: Communicator.single())
        .make(below: below)
    }
    #expect(try make().count == store.levels.count - 1)
    var wanted = volume
    for level in 1..<store.levels.count {
      wanted = wanted.downsampled(content.downsampling)
      #expect(
        try store.levels[level].read(Region(wanted.extent)).array(of: UInt16.self) == wanted.array(of: UInt16.self))
    }
    // A level is made again when its journal is gone.
    let journals = try directoryEntries(directory.file("own")).filter { $0.hasSuffix(".journal") }.sorted()
    #expect(journals.count >= 2)
    for journal in journals {
      let level = try #require(Int(journal.split(separator: "-")[1].split(separator: ".")[0])) - 1
      try FileManager.default.removeItem(atPath: joinPath(directory.file("own"), journal))
      let late = try #require(try firstFile(below: joinPath(path, "\(level)/c")))
      try FileManager.default.moveItem(atPath: late, toPath: directory.file("late"))
      let fault = fault { _ = try make() }
      #expect(fault?.kind == .badData && fault?.message.contains(late) == true, "\(fault?.message ?? "none")")
      try FileManager.default.moveItem(atPath: directory.file("late"), toPath: late)
      #expect(try make().count == store.levels.count - 1)
    }
  }
}
