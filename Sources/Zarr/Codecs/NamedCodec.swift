import Codecs
import Files

/// A codec as the metadata of Zarr v3 describes it: a name and a configuration.
///
/// To add a codec: implement it in `Codecs`, describe it here, and add its name to `parseBytesCodec`; to support it in
/// Zarr v2 and N5 too, add it to `numcodecsCodec` and `N5Metadata`.
protocol NamedCodec: BytesCodec {
  /// Name and configuration as written to `zarr.json`.
  var json: JSONValue { get }
}

/// Parses one codec of `zarr.json`.
func parseBytesCodec(_ json: JSONValue) throws -> any NamedCodec {
  let named = try NamedConfiguration(json, "codec")
  switch named.name {
  case "zstd", "numcodecs.zstd": return try ZstdCodec(named)
  case "gzip": return try GzipCodec(named)
  case "blosc": return try BloscCodec(named)
  case "crc32c":
    try named.requireOnly([])
    return CRC32CCodec()
  case let name where name.hasPrefix("numcodecs."):
    if let codec = numcodecsCodec(String(name.dropFirst("numcodecs.".count))) { return codec }
    fallthrough
  default:
    throw MetadataError(
      "codec \"\(named.name)\" is not supported; expected bytes, transpose, sharding_indexed, zstd, gzip, blosc, crc32c "
        + "or a compressor of numcodecs")
  }
}

/// The compressors of numcodecs, by their names in Zarr v2 and in zarr-python's `numcodecs.` codecs. Their
/// configuration is not needed for decoding.
func numcodecsCodec(_ name: String) -> (any NamedCodec)? {
  switch name {
  case "zstd": ZstdCodec(level: 0)
  case "gzip": GzipCodec(level: 5)
  case "zlib": ZlibCodec(level: 5)
  case "blosc": BloscCodec.decoder
  case "lz4": LZ4Codec()
  case "bz2": BZip2Codec()
  case "lzma": XZCodec()
  default: nil
  }
}

/// zarr-extensions, codecs/zstd.
extension ZstdCodec: NamedCodec {
  init(_ named: NamedConfiguration) throws {
    try named.requireOnly(["level", "checksum"])
    let checksum: Bool
    switch named.configuration["checksum"] {
    case nil: checksum = false
    case .bool(let value): checksum = value
    case .some(let other): throw MetadataError("\"checksum\" of \"zstd\" must be true or false, found \(other.excerpt)")
    }
    self.init(level: try named.integer("level", in: -131072...22, default: 0), checksum: checksum)
  }

  var json: JSONValue { NamedConfiguration("zstd", ["level": .integer(level), "checksum": .bool(checksum)]).json }
}

/// Zarr v3, codecs/gzip.
extension GzipCodec: NamedCodec {
  init(_ named: NamedConfiguration) throws {
    try named.requireOnly(["level"])
    self.init(level: try named.integer("level", in: 0...9, default: 5))
  }

  var json: JSONValue { NamedConfiguration("gzip", ["level": .integer(level)]).json }
}

/// Zarr v3, codecs/blosc.
extension BloscCodec: NamedCodec {
  init(_ named: NamedConfiguration) throws {
    try named.requireOnly(["cname", "clevel", "shuffle", "typesize", "blocksize"])
    guard let compressor = named.configuration["cname"]?.asString, BloscCodec.compressors.contains(compressor) else {
      throw MetadataError(
        "\"cname\" of \"blosc\" must be one of \(BloscCodec.compressors.joined(separator: ", ")), "
          + "found \(named.configuration["cname"]?.excerpt ?? "nothing")")
    }
    let level = try named.integer("clevel", in: 0...9)
    guard let shuffle = named.configuration["shuffle"]?.asString.flatMap(Shuffle.init) else {
      throw MetadataError(
        "\"shuffle\" of \"blosc\" must be noshuffle, shuffle or bitshuffle, "
          + "found \(named.configuration["shuffle"]?.excerpt ?? "nothing")")
    }
    self.init(
      compressor: compressor, level: level, shuffle: shuffle,
      typeByteCount: try named.integer("typesize", in: 1...255, default: shuffle == .none ? 1 : nil),
      blockByteCount: try named.integer("blocksize", in: 0...Int(Int32.max), default: 0))
  }

  var json: JSONValue {
    NamedConfiguration(
      "blosc",
      [
        "cname": .string(compressor), "clevel": .integer(level), "shuffle": .string(shuffle.rawValue),
        "typesize": .integer(typeByteCount), "blocksize": .integer(blockByteCount),
      ]
    ).json
  }
}

extension CRC32CCodec: NamedCodec {
  var json: JSONValue { NamedConfiguration("crc32c").json }
}

extension ZlibCodec: NamedCodec {
  var json: JSONValue { NamedConfiguration("numcodecs.zlib", ["level": .integer(level)]).json }
}

extension LZ4Codec: NamedCodec {
  var json: JSONValue { NamedConfiguration("numcodecs.lz4").json }
}

/// Only in N5, whose metadata Sheaf never writes.
extension LZ4BlockStreamCodec: NamedCodec {
  var json: JSONValue { NamedConfiguration("n5.lz4").json }
}

extension BZip2Codec: NamedCodec {
  var json: JSONValue { NamedConfiguration("numcodecs.bz2").json }
}

extension XZCodec: NamedCodec {
  var json: JSONValue { NamedConfiguration("numcodecs.lzma").json }
}
