import Codecs
import Files
import Foundation
import Scratch
import Testing
import Voxels
import Zarr

@Suite struct VerificationTests {
  private static let extent = Extent(7, 9, 6)

  /// A finished store of two small levels with empty shards, and labels.
  private func makeStore(_ path: String, _ compression: ChunkCompression, hasDigests: Bool = true) throws -> Store {
    let store = try Store.create(
      path,
      StoreLayout(
        name: "small", extent: Self.extent, voxelType: .uint16, voxelSizeInMicrometres: VoxelSize(2, 1, 1),
        chunk: Extent(2), shard: Extent(4), compression: compression, levelCount: 2, attributes: ["structure": "axons"])
    )
    let voxels = makeVoxels(.uint16, Self.extent, seed: 5)
    // The last shard along z and y holds nothing.
    for z in 4..<7 {
      for y in 8..<9 {
        for x in 0..<6 { voxels.voxels(as: UInt16.self)[Self.extent.index(of: Coordinate(z, y, x))] = 0 }
      }
    }
    let shards = [
      try writeShards(voxels, to: store.levels[0]),
      try writeShards(makeVoxels(.uint16, store.levels[1].extent, seed: 6), to: store.levels[1]),
    ]
    #expect(shards[0].empty.emptyCount > 0)
    let label = try store.createLabel(
      StoreLayout(
        name: "axons", extent: Self.extent, voxelType: .uint8, voxelSizeInMicrometres: VoxelSize(2, 1, 1),
        chunk: Extent(4), shard: Extent(4), compression: compression, content: .labels, levelCount: 1))
    try label.finish([try writeShards(makeVoxels(.uint8, Self.extent, seed: 7), to: label.levels[0])])
    try publish("settings of the job\n", to: joinPath(store.ownDirectory, "settings.txt"))
    try store.finish(hasDigests ? shards : shards.map { WrittenShards(empty: $0.empty) })
    return store
  }

  private func verify(_ path: String) throws -> [Finding] {
    let verification = try Verification(of: path)
    return try verification.metadataFindings
      + (0..<verification.shardCount).flatMap { try verification.verifyShard($0) }
      + (0..<verification.fileCount).flatMap { try verification.verifyFile($0) }
  }

  @Test func exchangedShardsAreNoticed() throws {
    let directory = try ScratchDirectory()
    let store = try makeStore(directory.file("s.zarr"), .standard)
    let old = try makeStore(directory.file("old.zarr"), .standard, hasDigests: false)
    let present = files(store.path).filter { $0.hasPrefix("0/c/") }
    for path in [store.path, old.path] {
      #expect(try verify(path).isEmpty)
      let names = present.prefix(2).map { joinPath(path, $0) }
      #expect(rename(names[0], directory.file("x")) == 0)
      #expect(rename(names[1], names[0]) == 0)
      #expect(rename(directory.file("x"), names[1]) == 0)
    }
    let findings = try verify(store.path)
    #expect(findings.map(\.path).sorted() == present.prefix(2).map { joinPath(store.path, $0) })
    #expect(findings.allSatisfy { $0.message.contains("not the shard that was written there") }, "\(findings)")
    #expect(try Verification(of: store.path).storesWithoutDigests.isEmpty)
    // Two sound shards of one shape: without digests nobody can know.
    #expect(try verify(old.path).isEmpty)
    #expect(try Verification(of: old.path).storesWithoutDigests == [old.path])
  }

  /// Beyond a number of files their directories are watched, wherever a region's chunks lie.
  @Test func filesOfARegionAreThoseItReads() throws {
    let directory = try ScratchDirectory()
    let array = try makeStore(directory.file("s.zarr"), .standard).levels[0]
    let all = array.files(holding: Region(Self.extent))
    #expect(all.first == joinPath(array.path, "zarr.json") && all.count == 1 + array.shards.count)
    for shard in 0..<array.shards.count {
      let files = array.files(holding: array.shards.region(shard))
      let path = array.shardPath(at: array.shards.position(of: shard))
      #expect(files == [all[0], path])
      let directories = array.files(holding: array.shards.region(shard), fileLimit: 1)
      #expect(directories.dropFirst() == (fileExists(parentDirectory(of: path)) ? [parentDirectory(of: path)] : []))
    }
  }

  @Test func identityOfAStoreIsThatOfItsVoxels() throws {
    let directory = try ScratchDirectory()
    let (a, b) = (
      try makeStore(directory.file("a.zarr"), .standard), try makeStore(directory.file("b.zarr"), .standard)
    )
    let identity = try #require(try Store.voxelIdentity(of: a.path))
    #expect(try Store.voxelIdentity(of: b.path) == identity)
    #expect(
      try Store.voxelIdentity(of: makeStore(directory.file("c.zarr"), .standard, hasDigests: false).path) != identity)
    // Other voxels in one shard.
    let changed = try Store.create(
      directory.file("d.zarr"),
      StoreLayout(
        name: "small", extent: Self.extent, voxelType: .uint16, voxelSizeInMicrometres: nil, chunk: Extent(2),
        shard: Extent(4), levelCount: 1))
    try changed.finish([try writeShards(makeVoxels(.uint16, Self.extent, seed: 6), to: changed.levels[0])])
    #expect(try Store.voxelIdentity(of: changed.path) != identity)
  }

  /// A checksum of everything a reader gets from the store, values and metadata; nil for a fault.
  private func contents(_ path: String) -> UInt32? {
    do {
      let store = try Store.open(path)
      var data = JSONValue.object(store.attributes).serialised()
      let labels = try store.labelNames().map { try store.label($0) }
      for image in [store] + labels {
        for level in image.levels {
          data += level.metadata.json.serialised()
          let voxels = try level.read(Region(level.extent))
          withExtendedLifetime(voxels) { data += Data(voxels.bytes) }
        }
      }
      return crc32c(data)
    } catch {
      return nil
    }
  }

  private func files(_ path: String) -> [String] {
    FileManager.default.enumerator(atPath: path)!.compactMap { $0 as? String }
      .filter { !isDirectory(joinPath(path, $0)) }.sorted()
  }

  @Test(arguments: [ChunkCompression.zstd(level: 3), .bloscZstd(level: 3)])
  func soundStoreHasNoFindings(compression: ChunkCompression) throws {
    let directory = try ScratchDirectory()
    let store = try makeStore(directory.file("s"), compression)
    #expect(try verify(store.path) == [])
    #expect(try verify(joinPath(store.path, "0")) == [])
  }

  /// Invariant 2: a changed byte of a shard is found by `verify`, and refused by readers.
  @Test(arguments: [ChunkCompression.zstd(level: 3), .bloscZstd(level: 3)])
  func everyFlippedByteOfAShardIsFound(compression: ChunkCompression) throws {
    let directory = try ScratchDirectory()
    let store = try makeStore(directory.file("s"), compression)
    var generator = SeededNumbers(seed: 11)
    let array = store.levels[1]
    for shard in 0..<array.shards.count {
      let position = array.shards.position(of: shard)
      let path = array.shardPath(at: position)
      guard fileExists(path) else { continue }
      let original = try readWholeFile(path)
      for byte in original.indices {
        var changed = original
        changed[byte] ^= UInt8(1 + generator.next() % 255)
        try changed.write(to: URL(fileURLWithPath: path))
        let opened = try ZarrArray(path: array.path, metadata: array.metadata, missingShards: .areEmpty)
        #expect(try !opened.verifyShard(at: position).isEmpty, "byte \(byte) of \(path)")
        #expect(fault { _ = try opened.read(array.shards.region(shard)) }?.kind == .badData)
      }
      try original.write(to: URL(fileURLWithPath: path))
    }
  }

  /// Invariant 2 for metadata: a changed byte is found, or changes nothing that a reader gets. Every 61st byte.
  @Test func flippedBytesOfMetadataAreFoundOrHarmless() throws {
    let directory = try ScratchDirectory()
    let path = try makeStore(directory.file("s"), .zstd(level: 3)).path
    let sound = contents(path)
    #expect(sound != nil)
    var generator = SeededNumbers(seed: 12)
    for file in files(path) where !file.contains("/c/") {
      let filePath = joinPath(path, file)
      let original = try readWholeFile(filePath)
      for position in stride(from: 0, to: original.count, by: 61) {
        var changed = original
        changed[position] ^= UInt8(1 + generator.next() % 255)
        try changed.write(to: URL(fileURLWithPath: filePath))
        if try verify(path).isEmpty {
          #expect(contents(path) == sound, "byte \(position) of \(file)")
          // These are compared by what they say, not by their spaces; all else is covered byte for byte.
          #expect(["contents.json", "zarr.json"].contains { file.hasSuffix($0) }, "byte \(position) of \(file)")
        }
      }
      try original.write(to: URL(fileURLWithPath: filePath))
    }
    #expect(contents(path) == sound)
  }

  @Test func readersNameTheDamagedChunk() throws {
    let directory = try ScratchDirectory()
    let store = try makeStore(directory.file("s"), .zstd(level: 3))
    let shard = store.levels[0].shardPath(at: Coordinate(0, 1, 0))
    var data = try readWholeFile(shard)
    data[3] ^= 0x40
    try data.write(to: URL(fileURLWithPath: shard))
    let found = fault { _ = try Store.open(store.path).levels[0].read(Region(Self.extent)) }
    #expect(found?.kind == .badData)
    #expect(found?.message.contains("0/c/0/1/0 is damaged: chunk (0, ") == true, "\(found?.message ?? "")")
    #expect(try verify(store.path).map(\.path) == [shard])
  }

  @Test func everyTruncationIsFound() throws {
    let directory = try ScratchDirectory()
    let store = try makeStore(directory.file("s"), .zstd(level: 3))
    let position = Coordinate(0, 1, 0)
    let written = store.levels[0]
    let shard = written.shardPath(at: position)
    let original = try readWholeFile(shard)
    for length in 0..<original.count {
      try original.prefix(length).write(to: URL(fileURLWithPath: shard))
      let array = try ZarrArray(path: written.path, metadata: written.metadata, missingShards: .areEmpty)
      #expect(try !array.verifyShard(at: position).isEmpty, "\(length) bytes")
      #expect(fault { _ = try array.read(array.shards.region(at: position)) }?.kind == .badData)
    }
  }

  /// Invariant 4: missing is not zero.
  @Test func lostShardsAreNamed() throws {
    let directory = try ScratchDirectory()
    let store = try makeStore(directory.file("s"), .zstd(level: 3))
    let shards = store.levels[0].shards
    var lost = 0
    for number in 0..<shards.count {
      let shard = store.levels[0].shardPath(at: shards.position(of: number))
      guard fileExists(shard) else { continue }
      lost += 1
      let original = try readWholeFile(shard)
      try FileManager.default.removeItem(atPath: shard)
      let found = fault { _ = try Store.open(store.path).levels[0].read(shards.region(number)) }
      #expect(found?.kind == .badData && found!.message.contains("\(shard) is missing"))
      #expect(try verify(store.path).map(\.path) == [shard])
      try original.write(to: URL(fileURLWithPath: shard))
    }
    #expect(lost > 0 && lost < shards.count)
    #expect(try verify(store.path) == [])
  }

  @Test func anUnfinishedStoreIsNotRead() throws {
    let directory = try ScratchDirectory()
    let store = try makeStore(directory.file("s"), .zstd(level: 3))
    try FileManager.default.removeItem(atPath: joinPath(store.ownDirectory, "contents.json"))
    let opened = try Store.open(store.path)
    #expect(!opened.isFinished)
    #expect(fault { _ = try opened.levels[0].read(Region(Self.extent)) }?.message.contains("never finished") == true)
    #expect(try verify(store.path).contains { $0.message.contains("never finished") })
    // The job itself resumes.
    #expect(try store.levels[0].read(Region(Self.extent)).extent == Self.extent)
  }
}
