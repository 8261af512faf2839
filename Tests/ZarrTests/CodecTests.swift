import Codecs
import Files
import Foundation
import Scratch
import Testing
import Voxels
import Zarr

@Suite struct CodecTests {
  /// Chunks of `codecs` without checksums around them, one file each, so that every codec's own checks are reached.
  private func makeArray(_ path: String, _ codec: String, voxels: VoxelBuffer) throws -> ZarrArray {
    let text = """
      {"zarr_format": 3, "node_type": "array", "shape": [6, 6, 6], "data_type": "uint16", "fill_value": 0,
       "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [6, 6, 6]}},
       "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}, \(codec)]}
      """
    let metadata = try ArrayMetadata(parsing: Data(text.utf8), path: path)
    let array = try ZarrArray.create(path, metadata)
    try write(voxels, to: array)
    return array
  }

  private static let codecs = [
    "{\"name\": \"zstd\", \"configuration\": {\"level\": 3}}",
    "{\"name\": \"gzip\", \"configuration\": {\"level\": 6}}",
    "{\"name\": \"blosc\", \"configuration\": {\"cname\": \"zstd\", \"clevel\": 5, \"shuffle\": \"shuffle\", \"typesize\": 2}}",
    "{\"name\": \"blosc\", \"configuration\": {\"cname\": \"lz4\", \"clevel\": 5, \"shuffle\": \"bitshuffle\", \"typesize\": 2}}",
    "{\"name\": \"crc32c\"}",
  ]

  @Test(arguments: codecs) func unshardedChunksGoBothWays(codec: String) throws {
    let directory = try ScratchDirectory()
    let voxels = makeVoxels(.uint16, Extent(6), seed: 41)
    let array = try makeArray(directory.file("a"), codec, voxels: voxels)
    #expect(sameVoxels(try ZarrArray.open(array.path).read(Region(Extent(6))), voxels))
  }

  /// Damaged or cut chunks end in a fault or, without a checksum, in other voxels; never in a trap.
  @Test(arguments: codecs) func damagedChunksAreNoTrap(codec: String) throws {
    let directory = try ScratchDirectory()
    let voxels = makeVoxels(.uint16, Extent(6), seed: 42)
    let array = try makeArray(directory.file("a"), codec, voxels: voxels)
    let path = array.shardPath(at: .zero)
    let original = try readWholeFile(path)
    func readBack(_ data: Data) throws -> Fault? {
      try data.write(to: URL(fileURLWithPath: path))
      let opened = try ZarrArray.open(array.path)
      return fault { _ = try opened.read(Region(Extent(6))) }
    }
    for length in 0..<original.count {
      #expect(try readBack(original.prefix(length))?.kind == .badData, "\(length) bytes")
    }
    var generator = SeededNumbers(seed: 43)
    for _ in 0..<400 {
      var changed = original
      for _ in 0...(generator.next() % 4) {
        changed[Int(generator.next() % UInt64(changed.count))] = UInt8(truncatingIfNeeded: generator.next())
      }
      if let found = try readBack(changed) { #expect(found.kind == .badData) }
    }
    for _ in 0..<100 {
      let noise = Data((0..<Int(generator.next() % 600)).map { _ in UInt8(truncatingIfNeeded: generator.next()) })
      if let found = try readBack(noise) { #expect(found.kind == .badData) }
    }
  }

  /// A frame that unfolds to far more than a chunk is refused before memory is asked for.
  @Test func decompressionBombsAreRefused() throws {
    let directory = try ScratchDirectory()
    let bomb = try makeBomb(directory.file("bomb"))
    let array = try makeArray(directory.file("a"), Self.codecs[0], voxels: makeVoxels(.uint16, Extent(6), seed: 44))
    try bomb.write(to: URL(fileURLWithPath: array.shardPath(at: .zero)))
    let found = fault { _ = try array.read(Region(Extent(6))) }
    #expect(
      found?.kind == .badData && found!.message.contains("where at most 432 are expected"), "\(found?.message ?? "")")
  }

  /// A zstd frame of 16 MiB of ones.
  private func makeBomb(_ path: String) throws -> Data {
    let text = """
      {"zarr_format": 3, "node_type": "array", "shape": [256, 256, 256], "data_type": "uint8", "fill_value": 0,
       "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [256, 256, 256]}},
       "codecs": [{"name": "bytes"}, {"name": "zstd", "configuration": {"level": 1}}]}
      """
    let array = try ZarrArray.create(path, try ArrayMetadata(parsing: Data(text.utf8), path: path))
    let ones = VoxelBuffer(.uint8, Extent(256))
    FillValue(UInt8(1)).fill(ones.bytes)
    try write(ones, to: array)
    return try readWholeFile(array.shardPath(at: .zero))
  }

  /// Entries of a shard's index that lie, under a correct checksum.
  @Test(arguments: [
    (UInt64.max, UInt64(5)), (UInt64(5), UInt64.max), (UInt64.max - 2, UInt64(8)), (UInt64(1 << 62), UInt64(1 << 62)),
    (UInt64(0), UInt64(1 << 40)), (UInt64(0), UInt64(0)), (UInt64(1 << 40), UInt64(0)), (UInt64(0), UInt64(3)),
  ])
  func lyingIndexEntriesAreRefused(offset: UInt64, count: UInt64) throws {
    let directory = try ScratchDirectory()
    let metadata = try ArrayMetadata(
      extent: Extent(4), voxelType: .uint16, chunk: Extent(2), shard: Extent(4), compression: .zstd(level: 1))
    let array = try ZarrArray.create(directory.file("a"), metadata)
    try write(VoxelBuffer(Extent(4), (1...64).map { UInt16($0) }), to: array)
    let path = array.shardPath(at: .zero)
    var data = try readWholeFile(path)
    let start = data.count - 8 * 16 - 4
    withUnsafeBytes(of: offset.littleEndian) { data.replaceSubrange(start + 16..<start + 24, with: $0) }
    withUnsafeBytes(of: count.littleEndian) { data.replaceSubrange(start + 24..<start + 32, with: $0) }
    let checksum = crc32c(data[start..<start + 128])
    withUnsafeBytes(of: checksum.littleEndian) { data.replaceSubrange(start + 128..<start + 132, with: $0) }
    try data.write(to: URL(fileURLWithPath: path))
    let opened = try ZarrArray.open(array.path)
    let found = fault { _ = try opened.read(Region(Extent(4))) }
    #expect(found?.kind == .badData && found!.message.contains("chunk (0, 0, 1)"), "\(found?.message ?? "")")
    #expect(try opened.verifyShard(at: .zero).count == 1)
    #expect(try opened.read(Region(Extent(2))).extent == Extent(2), "other chunks are still read")
  }
}
