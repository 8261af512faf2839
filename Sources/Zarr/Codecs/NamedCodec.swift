import Codecs
import Files

/// A codec as the metadata of Zarr v3 describes it: a name and a configuration.
///
/// To add a codec: implement it in `Codecs`, describe it here, and add its name to `bytesCodec`; to support it in
/// Zarr v2 and N5 too, add it to `numcodecsCodec` and `N5Metadata`.
protocol NamedCodec: BytesCodec {
  /// Name and configuration as written to `zarr.json`.
  var json: JSONValue { get }
}

/// One codec of `zarr.json` that maps bytes to bytes.
func bytesCodec(_ named: NamedConfiguration) throws -> any NamedCodec {
  switch named.name {
  case "zstd", "numcodecs.zstd": return try ZstdCodec(named)
  case "gzip": return try GzipCodec(named)
  case "blosc": return try BloscCodec(named)
  case "crc32c":
    try named.requireOnly([])
    return CRC32CCodec()
  default:
    guard let name = named.nameInNumcodecs, let codec = try numcodecsCodec(name, named.configuration) else {
      throw MetadataError(unsupportedCodec(named.name))
    }
    return codec
  }
}

/// Why a codec cannot be read, and what would help.
func unsupportedCodec(_ name: String) -> String {
  let ours = ["bytes", "transpose", "sharding_indexed", "zstd", "gzip", "blosc", "crc32c"]
  let ofNumcodecs =
    ["zlib", "lz4", "bz2", "lzma", "shuffle", "crc32", "adler32", "fletcher32"] + ArrayFilter.names.sorted()
  let own = name.hasPrefix("numcodecs.") ? String(name.dropFirst("numcodecs.".count)) : name
  if ours.contains(own) || (ofNumcodecs + ["zstd", "gzip", "blosc"]).contains(own) {
    return "codec \"\(name)\" is not supported in this position; expected transpose and numbers to numbers first, then "
      + "bytes or sharding_indexed, then compressors and checksums"
  }
  return "codec \"\(name)\" is not supported; expected \(ours.joined(separator: ", ")) or, of numcodecs, "
    + "\(ofNumcodecs.joined(separator: ", ")); write the array again with one of these, for example with zstd"
}

extension NamedConfiguration {
  /// The name of a codec without the prefix that zarr-python gives to those of numcodecs; nil for others.
  var nameInNumcodecs: String? {
    name.hasPrefix("numcodecs.") ? String(name.dropFirst("numcodecs.".count)) : nil
  }
}

/// The codecs of numcodecs that map bytes to bytes, by their names in Zarr v2 and in zarr-python's `numcodecs.` codecs;
/// nil for others. The configuration of compressors is not needed for decoding.
///
/// - Throws: `MetadataError` for a configuration that cannot be decoded.
func numcodecsCodec(_ name: String, _ configuration: [String: JSONValue]) throws -> (any NamedCodec)? {
  func checksum(_ kind: NumcodecsChecksumCodec.Kind, atStart byDefault: Bool) throws -> any NamedCodec {
    switch configuration["location"] {
    case nil: NumcodecsChecksumCodec(kind, isAtStart: byDefault)
    case .string("start"): NumcodecsChecksumCodec(kind, isAtStart: true)
    case .string("end"): NumcodecsChecksumCodec(kind, isAtStart: false)
    case .some(let other):
      throw MetadataError("\"location\" of \"\(name)\" must be start or end, found \(other.excerpt)")
    }
  }
  switch name {
  case "zstd": return ZstdCodec(level: 0)
  case "gzip": return GzipCodec(level: 5)
  case "zlib": return ZlibCodec(level: 5)
  case "blosc": return BloscCodec.decoder
  case "lz4": return LZ4Codec()
  case "bz2": return BZip2Codec()
  case "lzma":
    guard [nil, 1].contains(configuration["format"]) else {
      throw MetadataError(
        "\"lzma\" of format \(configuration["format"]?.excerpt ?? "") is not supported; expected format 1, the .xz container"
      )
    }
    return XZCodec()
  case "shuffle":
    let size = configuration["elementsize"]?.asInteger ?? 4
    guard (1...255).contains(size) else {
      throw MetadataError("\"elementsize\" of \"shuffle\" must be from 1 to 255, found \(size)")
    }
    return ByteShuffleCodec(elementByteCount: size)
  case "crc32": return try checksum(.crc32, atStart: true)
  case "adler32": return try checksum(.adler32, atStart: true)
  case "crc32c": return try checksum(.crc32c, atStart: false)
  case "fletcher32": return Fletcher32Codec()
  default: return nil
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

extension ByteShuffleCodec: NamedCodec {
  var json: JSONValue { NamedConfiguration("numcodecs.shuffle", ["elementsize": .integer(elementByteCount)]).json }
}

extension NumcodecsChecksumCodec: NamedCodec {
  var json: JSONValue {
    NamedConfiguration("numcodecs.\(kind.rawValue)", ["location": .string(isAtStart ? "start" : "end")]).json
  }
}

extension Fletcher32Codec: NamedCodec {
  var json: JSONValue { NamedConfiguration("numcodecs.fletcher32").json }
}
