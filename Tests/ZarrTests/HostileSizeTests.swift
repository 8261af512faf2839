import Files
import Foundation
import Scratch
import Testing
import Voxels
import Zarr

/// Sizes that lie, in metadata and in compressed data, are refused before memory is asked for.
@Suite struct HostileSizeTests {
  private static let shapes = [
    "[4611686018427387904, 4611686018427387904, 4611686018427387904]", "[9223372036854775807, 1, 1]",
    "[9223372036854775807, 9223372036854775807, 9223372036854775807]", "[9223372036854775808, 1, 1]",
    "[18446744073709551615, 1, 1]", "[1e300, 1, 1]", "[4294967296, 4294967296, 4294967296]", "[-1, 4, 4]", "[0, 4, 4]",
    "[3037000500, 3037000500, 2]", "[4, 4]", "[4, 4, 4, 4, 4, 4]", "[]", "7", "null",
  ]
  private static let chunks = [
    "[9223372036854775807, 9223372036854775807, 9223372036854775807]", "[9223372036854775807, 1, 1]",
    "[4294967296, 4294967296, 1]", "[2048, 2048, 2048]", "[0, 1, 1]", "[-4, 1, 1]", "[4]", "[]",
  ]

  private func version3(_ shape: String, _ chunk: String, inner: String? = nil) -> String {
    let bytes = "{\"name\": \"bytes\", \"configuration\": {\"endian\": \"little\"}}"
    let codecs =
      inner.map {
        "{\"name\": \"sharding_indexed\", \"configuration\": {\"chunk_shape\": \($0), \"codecs\": [\(bytes)], "
          + "\"index_codecs\": [\(bytes)]}}"
      } ?? bytes
    return """
      {"zarr_format": 3, "node_type": "array", "shape": \(shape), "data_type": "uint16", "fill_value": 0,
       "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": \(chunk)}}, "codecs": [\(codecs)]}
      """
  }

  private func refuses(_ file: String, _ text: String, _ comment: String) throws {
    let directory = try ScratchDirectory()
    try publish(text, to: directory.file(file))
    let found = fault { _ = try ZarrArray.open(directory.path) }
    #expect(
      found?.kind == .badData && found!.message.contains(directory.file(file)), "\(comment): \(found?.message ?? "")")
  }

  @Test(arguments: shapes) func shapesAreRefused(shape: String) throws {
    try refuses("zarr.json", version3(shape, "[4, 4, 4]"), "v3 \(shape)")
    try refuses("zarr.json", version3(shape, "[4, 4, 4]", inner: "[2, 2, 2]"), "sharded \(shape)")
    try refuses(
      ".zarray",
      "{\"zarr_format\": 2, \"shape\": \(shape), \"chunks\": [4, 4, 4], \"dtype\": \"<u2\", \"order\": \"C\", "
        + "\"compressor\": null, \"fill_value\": 0, \"filters\": null}", "v2 \(shape)")
    try refuses(
      "attributes.json",
      "{\"dimensions\": \(shape), \"blockSize\": [4, 4, 4], \"dataType\": \"uint16\", \"compression\": {\"type\": \"raw\"}}",
      "N5 \(shape)")
  }

  @Test(arguments: chunks) func chunksAreRefused(chunk: String) throws {
    try refuses("zarr.json", version3("[8, 8, 8]", chunk), "v3 \(chunk)")
    try refuses("zarr.json", version3("[8, 8, 8]", "[8, 8, 8]", inner: chunk), "sharded \(chunk)")
    // A shard of as many chunks has an index of terabytes.
    try refuses("zarr.json", version3("[8, 8, 8]", "[4096, 4096, 4096]", inner: "[1, 1, 1]"), "index")
    try refuses(
      ".zarray",
      "{\"zarr_format\": 2, \"shape\": [8, 8, 8], \"chunks\": \(chunk), \"dtype\": \"<u2\", \"order\": \"C\", "
        + "\"compressor\": null, \"fill_value\": 0, \"filters\": null}", "v2 \(chunk)")
    try refuses(
      "attributes.json",
      "{\"dimensions\": [8, 8, 8], \"blockSize\": \(chunk), \"dataType\": \"uint16\", \"compression\": {\"type\": \"raw\"}}",
      "N5 \(chunk)")
  }

  private static let codecs = [
    "zstd": "{\"level\": 1}", "gzip": "{\"level\": 1}",
    "blosc": "{\"cname\": \"zstd\", \"clevel\": 1, \"shuffle\": \"noshuffle\"}",
  ]

  private func array(_ path: String, edge: Int, codec: String) throws -> ZarrArray {
    let text = """
      {"zarr_format": 3, "node_type": "array", "shape": [\(edge), \(edge), \(edge)], "data_type": "uint8",
       "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [\(edge), \(edge), \(edge)]}},
       "fill_value": 0, "codecs": [{"name": "bytes"}, {"name": "\(codec)", "configuration": \(Self.codecs[codec]!)}]}
      """
    return try ZarrArray.create(path, try ArrayMetadata(parsing: Data(text.utf8), path: path))
  }

  /// A few kilobytes that unfold to far more than a chunk.
  @Test(arguments: codecs.keys.sorted()) func bombsAreRefused(codec: String) throws {
    let directory = try ScratchDirectory()
    let large = try array(directory.file("bomb"), edge: 256, codec: codec)
    let ones = VoxelBuffer(.uint8, Extent(256))
    FillValue(UInt8(1)).fill(ones.bytes)
    try write(ones, to: large)
    let bomb = try readWholeFile(large.shardPath(at: .zero))
    #expect(bomb.count < 1 << 19)
    let small = try array(directory.file("small"), edge: 48, codec: codec)
    let path = small.shardPath(at: .zero)
    try createDirectory(parentDirectory(of: path))
    try publish(bomb, to: path)
    let found = fault { _ = try small.read(Region(Extent(48))) }
    #expect(found?.kind == .badData && found!.message.contains(path), "\(found?.message ?? "")")
  }

  /// A handful of bytes in place of a chunk of a gigabyte: the memory for it is not taken.
  @Test(arguments: codecs.keys.sorted()) func fewBytesDoNotTakeTheMemoryOfALargeChunk(codec: String) throws {
    let directory = try ScratchDirectory()
    let large = try array(directory.file("a"), edge: 1024, codec: codec)
    try createDirectory(parentDirectory(of: large.shardPath(at: .zero)))
    var generator = SeededNumbers(seed: 5)
    for start: [UInt8] in [
      [], [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x00], [0x28, 0xb5, 0x2f, 0xfd, 0xa4, 0, 0, 0, 0x40], [0x1f, 0x8b, 8, 0],
      [2, 1, 0, 1, 0, 0, 0, 0x40, 0, 0, 0, 0x40, 40, 0, 0, 0],
    ] {
      let noise = start + (0..<(40 - start.count)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
      try Data(noise).write(to: URL(fileURLWithPath: large.shardPath(at: .zero)))
      let before = try residentBytes()
      let found = fault { _ = try large.read(Region(Extent(1))) }
      #expect(found?.kind == .badData, "\(codec) \(start)")
      // Other tests run beside this one; a gigabyte they do not take.
      #expect(try residentBytes() - before < 512 << 20)
    }
  }

  private func residentBytes() throws -> Int {
    // /proc/self/statm: pages, of which resident.
    let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
    return (Int(fields[1]) ?? 0) * Int(getpagesize())
  }
}
