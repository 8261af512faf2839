import Files
import Foundation
import Scratch
import Testing
import Voxels
import Zarr

@Suite struct MetadataTests {
  private func parse(_ text: String) throws -> JSONValue { try JSONValue(parsing: Data(text.utf8), path: "x.json") }

  @Test func jsonKeepsEveryKindOfValue() throws {
    let text = """
      {"a": [1, -2, 9007199254740993, 18446744073709551615, 1.5, 1e300, true, false, null, "µ\\n\\u0041"], "b": {}, "c": [[]]}
      """
    let value = try parse(text)
    #expect(
      value
        == .object([
          "a": .array([
            .integer(1), .integer(-2), .integer(9_007_199_254_740_993), .unsigned(.max), .number(1.5), .number(1e300),
            .bool(true), .bool(false), .null, .string("µ\nA"),
          ]), "b": .object([:]), "c": .array([.array([])]),
        ]))
    #expect(try JSONValue(parsing: value.serialised(), path: "x.json") == value)
  }

  @Test(arguments: [
    "", "{", "[1,", "{\"a\" 1}", "nul", "1e999", "\u{0}", "\"\\ud800\"", String(repeating: "[", count: 100_000),
    String(repeating: "{\"a\":", count: 300) + "1" + String(repeating: "}", count: 300),
  ])
  func hostileJSONIsAnError(text: String) {
    #expect(fault { _ = try parse(text) }?.kind == .badData)
  }

  private static let metadata = """
    {"zarr_format": 3, "node_type": "array", "shape": [10, 11, 12], "data_type": "uint16",
     "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [8, 8, 8]}},
     "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
     "fill_value": 7, "attributes": {"a": 1}, "dimension_names": ["z", null, "x"],
     "codecs": [{"name": "sharding_indexed", "configuration": {"chunk_shape": [4, 4, 2],
       "codecs": [{"name": "bytes", "configuration": {"endian": "little"}},
                  {"name": "zstd", "configuration": {"level": 3, "checksum": false}}, {"name": "crc32c"}],
       "index_codecs": [{"name": "bytes", "configuration": {"endian": "little"}}, {"name": "crc32c"}],
       "index_location": "end"}}]}
    """

  private func array(_ text: String) throws -> ArrayMetadata {
    try ArrayMetadata(parsing: Data(text.utf8), path: "a/zarr.json")
  }

  @Test func arrayMetadataIsWrittenAsItWasRead() throws {
    let metadata = try array(Self.metadata)
    #expect(metadata.json == (try parse(Self.metadata)))
    #expect(metadata.chunkShape == [4, 4, 2] && metadata.fileShape == [8, 8, 8])
    #expect(metadata.fillValue == FillValue(UInt16(7)))
  }

  @Test func defaultsAndShortHandsAreRead() throws {
    let text = """
      {"zarr_format": 3, "node_type": "array", "shape": [10, 11, 12], "data_type": "uint8",
       "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [8, 8, 8]}},
       "chunk_key_encoding": "default", "fill_value": 0, "other": {"must_understand": false, "x": 1},
       "codecs": [{"name": "sharding_indexed", "configuration": {"chunk_shape": [4, 4, 2],
         "codecs": ["bytes", {"name": "zstd", "configuration": {"level": 0}}, "crc32c"],
         "index_codecs": [{"name": "bytes", "configuration": {"endian": "little"}}, "crc32c"]}}]}
      """
    let json = try array(text).json
    #expect(json["codecs"]?.asArray?[0]["configuration"]?["index_location"] == "end")
    #expect(json["chunk_key_encoding"] == ["name": "default", "configuration": ["separator": "/"]])
    #expect(json["codecs"]?.asArray?[0]["configuration"]?["codecs"]?.asArray?[2] == ["name": "crc32c"])
  }

  /// One change each, and a word the message must have.
  @Test(arguments: [
    ("\"zarr_format\": 3", "\"zarr_format\": 2", "zarr_format"),
    ("\"node_type\": \"array\"", "\"node_type\": \"group\"", "node_type"),
    ("[10, 11, 12]", "[10, 11]", "fit"),
    ("[10, 11, 12]", "[10, -11, 12]", "shape"),
    ("[10, 11, 12]", "[10, 0, 12]", "no voxels"),
    ("[10, 11, 12]", "[9223372036854775807, 9223372036854775807, 12]", "too large"),
    ("[10, 11, 12]", "[10, 1.5, 12]", "shape"),
    ("[10, 11, 12]", "\"10\"", "shape"),
    ("\"uint16\"", "\"complex64\"", "data_type"),
    ("\"uint16\"", "{\"name\": \"uint16\"}", "data_type"),
    ("\"regular\"", "\"rectangular\"", "chunk_grid"),
    ("[8, 8, 8]", "[8, 8]", "do not fit"),
    ("[8, 8, 8]", "[0, 8, 8]", "chunk_shape"),
    ("[8, 8, 8]", "[9223372036854775804, 8, 8]", "too large"),
    ("[4, 4, 2]", "[3, 4, 2]", "divide"),
    ("[4, 4, 2]", "[4, 4]", "divide"),
    ("\"separator\": \"/\"", "\"separator\": \"-\"", "separator"),
    ("\"fill_value\": 7", "\"fill_value\": 65536", "fill_value"),
    ("\"fill_value\": 7", "\"fill_value\": -1", "fill_value"),
    ("\"fill_value\": 7", "\"fill_value\": \"NaN\"", "fill_value"),
    ("\"fill_value\": 7,", "", "fill_value"),
    ("[\"z\", null, \"x\"]", "[\"z\"]", "dimension_names"),
    ("\"attributes\": {\"a\": 1}", "\"attributes\": []", "attributes"),
    ("\"attributes\"", "\"extra\": 1, \"attributes\"", "extra"),
    ("\"attributes\"", "\"extra\": {\"must_understand\": true}, \"attributes\"", "extra"),
    ("\"attributes\"", "\"storage_transformers\": [{\"name\": \"x\"}], \"attributes\"", "storage_transformers"),
    ("\"level\": 3", "\"level\": 99", "level"),
    ("\"checksum\": false", "\"checksum\": 1", "checksum"),
    ("\"checksum\": false", "\"dictionary\": 1", "dictionary"),
    ("\"zstd\"", "\"lzma\"", "lzma"),
    ("{\"name\": \"crc32c\"}],\n", "{\"name\": \"bytes\"}],\n", "bytes"),
    ("\"end\"", "\"middle\"", "index_location"),
    ("\"endian\": \"little\"}},\n", "\"endian\": \"middle\"}},\n", "endian"),
    ("{\"name\": \"sharding_indexed\"", "{\"name\": \"crc32c\"}, {\"name\": \"sharding_indexed\"", "crc32c"),
  ])
  func eachInvalidFieldIsNamed(original: String, lie: String, word: String) throws {
    #expect(Self.metadata.contains(original))
    let text = Self.metadata.replacing(original, with: lie, maxReplacements: 1)
    let found = fault { _ = try array(text) }
    #expect(found?.kind == .badData)
    #expect(found?.message.contains(word) == true && found!.message.contains("a/zarr.json"), "\(found?.message ?? "")")
  }

  @Test func fillValuesOfFloats() throws {
    for (json, bits) in [
      ("\"NaN\"", 0x7fc0_0000), ("\"Infinity\"", 0x7f80_0000), ("\"-Infinity\"", 0xff80_0000),
      ("\"0x7fc00001\"", 0x7fc0_0001), ("0", 0), ("1.5", 0x3fc0_0000), ("\"0x80000000\"", 0x8000_0000),
    ] as [(String, UInt32)] {
      let text = Self.metadata.replacing("uint16", with: "float32").replacing(
        "\"fill_value\": 7", with: "\"fill_value\": \(json)")
      let metadata = try array(text)
      #expect(metadata.fillValue == FillValue(Float(bitPattern: bits)))
      #expect(try array(String(decoding: metadata.json.serialised(), as: UTF8.self)).fillValue == metadata.fillValue)
    }
  }

  @Test func levelsAreHalvedUntilOneChunkHoldsThem() {
    #expect(
      StoreLayout.levelExtents(of: Extent(30, 510, 667), chunk: Extent(64))
        == [Extent(30, 510, 667), Extent(15, 255, 334), Extent(8, 128, 167), Extent(4, 64, 84), Extent(2, 32, 42)])
    #expect(StoreLayout.levelExtents(of: Extent(64), chunk: Extent(64)) == [Extent(64)])
    #expect(StoreLayout.levelExtents(of: Extent(10000), chunk: Extent(64)).count == 9)
  }

  @Test func voxelSizesOfLevels() throws {
    let size = VoxelSize(5, 1.8, 2)
    let written = Multiscale(name: "v", voxelSizeInMicrometres: size, levelCount: 3, type: "mean")
    #expect(written.voxelSizeInMicrometres(level: 2) == VoxelSize(20, 7.2, 8))
    #expect(written.datasets[2].translation == [7.5, 2.7, 3])
    #expect(written.datasets[0].translation == nil)
    let unknown = Multiscale(name: "v", voxelSizeInMicrometres: nil, levelCount: 1, type: "mean")
    #expect(unknown.voxelSizeInMicrometres(level: 0) == nil && unknown.datasets[0].scale == [1, 1, 1])
  }

  @Test func anotherOutputIsNotOverwritten() throws {
    let directory = try ScratchDirectory()
    var layout = StoreLayout(
      name: "v", extent: Extent(9), voxelType: .uint16, voxelSizeInMicrometres: nil, chunk: Extent(4), shard: Extent(8))
    _ = try Store.create(directory.file("s"), layout)
    _ = try Store.create(directory.file("s"), layout)
    layout.extent = Extent(10)
    #expect(fault { _ = try Store.create(directory.file("s"), layout) }?.kind == .cannotCreate)
    layout.shard = Extent(9)
    #expect(fault { _ = try Store.create(directory.file("t"), layout) }?.kind == .usage)
    layout.voxelSizeInMicrometres = VoxelSize(0, 1, 1)
    #expect(fault { _ = try Store.create(directory.file("t"), layout) }?.kind == .usage)
    #expect(fault { _ = try Store.open(directory.file("nothing")) }?.kind == .noInput)
    #expect(!fileExists(directory.file("t")))
  }

  @Test func aClaimOfEndlessShardsIsRefused() throws {
    let directory = try ScratchDirectory()
    let text = Self.metadata.replacing("[10, 11, 12]", with: "[1000000000, 1000000, 10]").replacing(
      "uint16", with: "uint8"
    )
    .replacing("[8, 8, 8]", with: "[4, 4, 2]")
    try createDirectory(directory.file("a"))
    try publish(text, to: directory.file("a/zarr.json"))
    #expect(fault { _ = try Verification(of: directory.file("a")) }?.message.contains("shards") == true)
  }

  /// Another output of Sheaf keeps its own files in `.sheaf` too; a foreign array inside it is still a foreign one.
  @Test func aForeignArrayInsideAnotherOutput() throws {
    let directory = try ScratchDirectory()
    try createDirectory(directory.file(".sheaf"))
    let metadata = try ArrayMetadata(
      extent: Extent(4), voxelType: .uint8, chunk: Extent(2), shard: Extent(4), compression: .standard)
    _ = try ZarrArray.create(directory.file("a"), metadata)
    let array = try ZarrArray.open(directory.file("a"))
    #expect(sameVoxels(try array.read(Region(Extent(4))), VoxelBuffer(.uint8, Extent(4))))
  }
}
