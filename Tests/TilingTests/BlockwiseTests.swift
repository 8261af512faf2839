import Files
import Foundation
import IntensityStatistics
import Jobs
import MPI
import Scratch
import Testing
import Tiling
import VolumeFormats
import Voxels
import Zarr

/// Whatever the cut, the store equals what the whole volume in memory gives.
@Suite struct BlockwiseTests {
  /// Tiles with small chunks, in memory for at least one slab.
  @discardableResult
  static func tile(
    _ source: any VolumeSource, to path: String, chunk: Extent, shard: Extent, threads: Int = 2,
    memoryInBytes: Int = 1 << 40, levelsInUnit: Int = 1, content: StoreLayout.Content = .image
  ) throws -> Store {
    try Tiling.tile(
      source, to: path,
      settings: TilingSettings(
        chunk: chunk, shard: shard, content: content, structure: "axons",
        category: "contiguous-sparse"),
      resolved: ResolvedSettings(command: "tile", programVersion: "test"), job: JobSettings(threads: threads),
      memoryInBytes: memoryInBytes, communicator: Communicator.world(), levelsInUnit: levelsInUnit)
  }

  private func check(_ store: Store, _ volume: VoxelBuffer, _ method: Downsampling, _ name: String) throws {
    var wanted = volume
    for (number, level) in store.levels.enumerated() {
      if number > 0 { wanted = wanted.downsampled(method) }
      let found = try level.read(Region(level.extent))
      #expect(found.extent == wanted.extent)
      #expect(
        memcmp(found.bytes.baseAddress!, wanted.bytes.baseAddress!, wanted.byteCount) == 0, "\(name) level \(number)")
    }
    let grid = StatisticsGrid(volume: volume.extent, type: volume.type, run: store.levels[0].chunks.cell.x)
    grid.add(volume, at: .zero)
    #expect(try readWholeFile(StoreStatistics.path(inStore: store.path)) == grid.encoded(), "\(name) statistics")
  }

  @Test(arguments: [1, 2])
  func everyAwkwardSize(_ levelsInUnit: Int) throws {
    let edges = [1, 5, 8, 9]
    let cut = (chunk: Extent(2, 4, 4), shard: Extent(4, 8, 4))
    for z in edges {
      for y in edges {
        for x in [1, 18] {
          let volume = organ(.uint16, Extent(z, y, x))
          let directory = try ScratchDirectory()
          let source = try MemoryVolume(volume)
          let store = try Self.tile(
            source, to: directory.file("a.zarr"), chunk: cut.chunk, shard: cut.shard, levelsInUnit: levelsInUnit)
          try check(store, volume, .mean, "\(volume.extent)")
          #expect(source.decodingsPerVoxel == 1)
          #expect(store.isFinished && !fileExists(joinPath(store.ownDirectory, "partial-statistics")))
        }
      }
    }
  }

  @Test func everyType() throws {
    for type in VoxelType.allCases {
      for content in [StoreLayout.Content.image, .labels] where content == .image || type.isUnsignedInteger {
        let volume = organ(type, Extent(9, 13, 21))
        let directory = try ScratchDirectory()
        let store = try Self.tile(
          try MemoryVolume(volume), to: directory.file("a.zarr"), chunk: Extent(4), shard: Extent(8), levelsInUnit: 2,
          content: content)
        try check(store, volume, content.downsampling, "\(type) \(content)")
        #expect(store.voxelSizeInMicrometres == VoxelSize(4, 2, 1))
        #expect(
          store.sheafAttributes["structure"] == "axons" && store.sheafAttributes["category"] == "contiguous-sparse")
      }
    }
  }

  @Test func bytesDependOnNeitherThreadsNorMemory() throws {
    let volume = organ(.uint16, Extent(21, 40, 37))
    for (piece, isSequential) in [
      (Extent(1), false), (Extent(1, 5, 37), false), (Extent(1, 40, 37), false), (Extent(1, 16, 16), false),
      (Extent(6, 5, 7), false), (Extent(1, 40, 37), true),
    ] {
      let directory = try ScratchDirectory()
      var stores: [[String: Data]] = []
      for (threads, memory) in [(1, 1 << 40), (4, 1 << 40), (2, 0)] {
        // The input's fingerprint is in the settings: one source for all.
        let source = try MemoryVolume(volume, piece: piece, isSequential: isSequential)
        let path = directory.file("\(threads)-\(memory > 0)/a.zarr")
        let store = try Self.tile(
          source, to: path, chunk: Extent(4), shard: Extent(8), threads: threads, memoryInBytes: memory, levelsInUnit: 2
        )
        try check(store, volume, .mean, "piece \(piece), \(threads) threads, memory \(memory)")
        // Strips that lie across the border of two units are decoded by both, and nothing else is decoded twice.
        let unitHeight = 16
        let isAligned = unitHeight % piece.y == 0 || piece.y >= volume.extent.y
        if memory > 0 && piece.z == 1 { #expect(source.decodingsPerVoxel <= (isAligned ? 1 : 1.25), "piece \(piece)") }
        stores.append(
          try tree(path) {
            $0.hasSuffix("settings.json") || $0.hasSuffix("contents.json") || $0.hasSuffix(".journal")
              || $0.hasSuffix(".sheaf/inputs")
          })
      }
      #expect(stores[0] == stores[1] && stores[0] == stores[2], "piece \(piece)")
    }
  }

  @Test func aFinishedStoreIsLeftAlone() throws {
    let directory = try ScratchDirectory()
    let path = directory.file("a.zarr")
    let source = try MemoryVolume(organ(.uint8, Extent(9, 9, 9)))
    try Self.tile(source, to: path, chunk: Extent(4), shard: Extent(8))
    let before = try tree(path)
    try Self.tile(source, to: path, chunk: Extent(4), shard: Extent(8), threads: 1)
    #expect(try tree(path) == before)
    // Other settings are refused, and so is a directory of somebody else.
    let fault = fault { try Self.tile(source, to: path, chunk: Extent(2), shard: Extent(8)) }
    #expect(fault?.kind == .cannotCreate)
    try createDirectory(directory.file("mine"))
    try publish("precious", to: directory.file("mine/notes.txt"))
    #expect(
      Self.kind { try Self.tile(source, to: directory.file("mine"), chunk: Extent(4), shard: Extent(8)) }
        == .cannotCreate)
    #expect(try tree(directory.file("mine")).count == 1)
  }

  @Test func aMissingShardIsNoticed() throws {
    let directory = try ScratchDirectory()
    let store = try Self.tile(
      try MemoryVolume(organ(.uint8, Extent(8, 8, 24))), to: directory.file("a.zarr"), chunk: Extent(4),
      shard: Extent(8))
    // The first shard is empty and has no file; the last one has voxels.
    #expect(!fileExists(store.levels[0].shardPath(at: Coordinate(0, 0, 0))))
    #expect(unlink(store.levels[0].shardPath(at: Coordinate(0, 0, 2))) == 0)
    let again = try Store.open(store.path)
    #expect(try again.levels[0].read(Region(Extent(8, 8, 8))).array(of: UInt8.self).allSatisfy { $0 == 0 })
    #expect(Self.kind { _ = try again.levels[0].read(Region(again.extent)) } == .badData)
  }

  @Test func aStoreIsASource() throws {
    let directory = try ScratchDirectory()
    let volume = organ(.uint16, Extent(9, 13, 21))
    try Self.tile(try MemoryVolume(volume), to: directory.file("a.zarr"), chunk: Extent(4), shard: Extent(8))
    for dataset in [nil, "0"] {
      let source = try openVolume(directory.file("a.zarr"), options: VolumeOptions(dataset: dataset))
      let found = try source.readAll()
      #expect(memcmp(found.bytes.baseAddress!, volume.bytes.baseAddress!, volume.byteCount) == 0)
      let store = try Self.tile(
        source, to: directory.file("\(dataset ?? "b").zarr"), chunk: Extent(2), shard: Extent(4), levelsInUnit: 2)
      try check(store, volume, .mean, "from a store")
    }
    let level = try openVolume(directory.file("a.zarr"), options: VolumeOptions(dataset: "1"))
    #expect(level.description.extent == Extent(5, 7, 11))
  }

  static func kind(_ body: () throws -> Void) -> Fault.Kind? { fault(of: body)?.kind }
}
