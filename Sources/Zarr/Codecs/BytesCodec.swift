import Foundation

/// A bytes → bytes codec of Zarr: compression or a checksum. One small type a codec, without state of its own.
protocol BytesCodec: Sendable {
  /// Its name and configuration as written into `zarr.json`.
  var json: JSONValue { get }

  /// More bytes than any encoder makes of `decodedByteCount` bytes: what is larger is damaged, and refused before
  /// memory is asked for.
  func encodedByteCountLimit(_ decodedByteCount: Int) -> Int

  /// Undoes the encoding of `input`. The result is a part of `input`, or of memory of `context` that is not the one
  /// `input` lies in.
  ///
  /// - Throws: `CodecError` when the input is damaged or gives more than `limit` bytes.
  func decode(_ input: UnsafeRawBufferPointer, limit: Int, _ context: CodecContext) throws -> UnsafeRawBufferPointer

  /// Encodes `input` into memory of `context` that is not the one `input` lies in. Equal inputs give equal bytes.
  func encode(_ input: UnsafeRawBufferPointer, _ context: CodecContext) throws -> UnsafeRawBufferPointer
}

extension BytesCodec {
  /// Codecs of other programs' arrays are only read.
  func encode(_ input: UnsafeRawBufferPointer, _ context: CodecContext) throws -> UnsafeRawBufferPointer {
    throw CodecError("\(json.excerpt) is only read, not written")
  }
}

/// Why a chunk cannot be decoded, without its place; whoever read the chunk adds that and makes it a `Fault`.
struct CodecError: Error {
  let message: String
  init(_ message: String) { self.message = message }
}

/// The codecs by their names in `zarr.json`.
func parseBytesCodec(_ json: JSONValue) throws -> any BytesCodec {
  let named = try NamedConfiguration(json, "codec")
  switch named.name {
  case "zstd", "numcodecs.zstd": return try ZstdCodec(named)
  case "gzip": return try GzipCodec(named)
  case "blosc": return try BloscCodec(named)
  case "crc32c": return try ChecksumCodec(named)
  case let name where name.hasPrefix("numcodecs."):
    if let codec = numcodecsCodec(String(name.dropFirst("numcodecs.".count))) { return codec }
    fallthrough
  default:
    throw MetadataError(
      "codec \"\(named.name)\" is not supported; expected bytes, transpose, sharding_indexed, zstd, gzip, blosc, crc32c "
        + "or a compressor of numcodecs")
  }
}

/// The compressors of numcodecs, by the names that Zarr v2 and zarr-python's `numcodecs.` codecs have. Their
/// configuration does not matter for decoding; what they wrote tells it all.
func numcodecsCodec(_ name: String) -> (any BytesCodec)? {
  switch name {
  case "zstd": ZstdCodec(level: 0)
  case "gzip": GzipCodec(level: 5)
  case "zlib": ZlibCodec(level: 5)
  case "blosc": BloscCodec(compressor: "zstd", level: 5, shuffle: .none, typeByteCount: 1)
  case "lz4": LZ4Codec()
  case "bz2": BZip2Codec()
  case "lzma": XZCodec()
  default: nil
  }
}
