import CBlosc

/// `blosc`: shuffling and compression in blocks (Zarr v3, codecs/blosc).
struct BloscCodec: BytesCodec {
  enum Shuffle: String {
    case none = "noshuffle"
    case bytes = "shuffle"
    case bits = "bitshuffle"

    var code: Int32 {
      switch self {
      case .none: Int32(BLOSC_NOSHUFFLE)
      case .bytes: Int32(BLOSC_SHUFFLE)
      case .bits: Int32(BLOSC_BITSHUFFLE)
      }
    }
  }

  let compressor: String
  /// 0…9.
  let level: Int
  let shuffle: Shuffle
  /// Bytes of one voxel, which shuffling takes apart.
  let typeByteCount: Int
  /// 0 lets the library choose.
  let blockByteCount: Int

  init(compressor: String, level: Int, shuffle: Shuffle, typeByteCount: Int, blockByteCount: Int = 0) {
    precondition((0...9).contains(level))
    self.compressor = compressor
    self.level = level
    self.shuffle = shuffle
    self.typeByteCount = typeByteCount
    self.blockByteCount = blockByteCount
  }

  private static let compressors = ["blosclz", "lz4", "lz4hc", "snappy", "zlib", "zstd"]

  init(_ named: NamedConfiguration) throws {
    try named.requireOnly(["cname", "clevel", "shuffle", "typesize", "blocksize"])
    guard let compressor = named.configuration["cname"]?.asString, BloscCodec.compressors.contains(compressor) else {
      throw MetadataError(
        "\"cname\" of \"blosc\" must be one of \(BloscCodec.compressors.joined(separator: ", ")), "
          + "found \(named.configuration["cname"]?.excerpt ?? "nothing")")
    }
    self.compressor = compressor
    level = try named.integer("clevel", in: 0...9)
    guard let shuffle = named.configuration["shuffle"]?.asString.flatMap(Shuffle.init) else {
      throw MetadataError(
        "\"shuffle\" of \"blosc\" must be noshuffle, shuffle or bitshuffle, "
          + "found \(named.configuration["shuffle"]?.excerpt ?? "nothing")")
    }
    self.shuffle = shuffle
    typeByteCount = try named.integer("typesize", in: 1...255, default: shuffle == .none ? 1 : nil)
    blockByteCount = try named.integer("blocksize", in: 0...Int(Int32.max), default: 0)
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

  /// Blosc falls back to a plain copy behind its 16-byte header.
  func encodedByteCountLimit(_ decodedByteCount: Int) -> Int { decodedByteCount * 2 + 65536 }

  func decode(
    _ input: UnsafeRawBufferPointer, limit: Int, _ context: CodecContext
  ) throws -> UnsafeRawBufferPointer {
    try bloscDecompressed(input, limit: limit) { context.nextStage().reserve($0) }
  }

  func encode(_ input: UnsafeRawBufferPointer, _ context: CodecContext) throws -> UnsafeRawBufferPointer {
    let output = context.nextStage().reserve(input.count + Int(BLOSC_MAX_OVERHEAD))
    let count = blosc_compress_ctx(
      Int32(level), shuffle.code, typeByteCount, input.count, input.baseAddress, output.baseAddress, output.count,
      compressor, blockByteCount, 1)
    if count <= 0 { throw CodecError("blosc: compression with \(compressor) failed (code \(count))") }
    return UnsafeRawBufferPointer(rebasing: output[0..<Int(count)])
  }
}

/// What a Blosc buffer holds; also chunks of HDF5's filter are such buffers.
///
/// - Parameters:
///   - limit: the most bytes that are expected.
///   - memory: gives so many bytes for the result; asked once, when the header has been checked.
/// - Throws: `CodecError` for bytes that are no Blosc buffer, or one of more than `limit` bytes.
package func bloscDecompressed(
  _ input: UnsafeRawBufferPointer, limit: Int, memory: (Int) -> UnsafeMutableRawBufferPointer
) throws -> UnsafeRawBufferPointer {
  var claimed = 0
  guard input.count >= Int(BLOSC_MIN_HEADER_LENGTH),
    blosc_cbuffer_validate(input.baseAddress, input.count, &claimed) == 0
  else { throw CodecError("blosc: the header is damaged or does not fit the \(input.count) bytes found") }
  guard claimed <= limit else {
    throw CodecError("blosc: the header claims \(claimed) bytes where at most \(limit) are expected")
  }
  // As with Zstd, which packs tightest, so that a few bytes cannot ask for the memory of a large chunk.
  guard claimed <= ZstdCodec.decodedByteCountLimit(input.count) else {
    throw CodecError("blosc: \(input.count) bytes cannot give the \(claimed) that the header claims")
  }
  let output = memory(claimed)
  // An empty result has no blocks to decode.
  if claimed == 0 { return UnsafeRawBufferPointer(output) }
  let count = blosc_decompress_ctx(input.baseAddress, output.baseAddress, output.count, 1)
  guard count == claimed else { throw CodecError("blosc: the data is damaged or ends early") }
  return UnsafeRawBufferPointer(output)
}
