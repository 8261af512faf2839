import CBlosc

/// Blosc: shuffling and compression in blocks, through libblosc.
package struct BloscCodec: BytesCodec {
  package enum Shuffle: String, Sendable {
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

  package static let compressors = ["blosclz", "lz4", "lz4hc", "snappy", "zlib", "zstd"]

  /// One of `compressors`.
  package let compressor: String
  /// 0…9.
  package let level: Int
  package let shuffle: Shuffle
  /// Element size in bytes, by which shuffling separates the data.
  package let typeByteCount: Int
  /// 0 lets the library choose.
  package let blockByteCount: Int
  package var name: String { "blosc" }

  /// For decoding, where the settings do not matter: a buffer's header states its own.
  package static let decoder = BloscCodec(compressor: "zstd", level: 5, shuffle: .none, typeByteCount: 1)

  package init(compressor: String, level: Int, shuffle: Shuffle, typeByteCount: Int, blockByteCount: Int = 0) {
    precondition(Self.compressors.contains(compressor) && (0...9).contains(level))
    self.compressor = compressor
    self.level = level
    self.shuffle = shuffle
    self.typeByteCount = typeByteCount
    self.blockByteCount = blockByteCount
  }

  package func decode(
    _ input: UnsafeRawBufferPointer, limit: Int, _ context: CodecContext
  ) throws -> UnsafeRawBufferPointer {
    var claimed = 0
    guard input.count >= Int(BLOSC_MIN_HEADER_LENGTH),
      blosc_cbuffer_validate(input.baseAddress, input.count, &claimed) == 0
    else { throw CodecError("blosc: the header is damaged or does not fit the \(input.count) bytes found") }
    guard claimed <= limit else {
      throw CodecError("blosc: the header claims \(claimed) bytes where at most \(limit) are expected")
    }
    // The bound of Zstd, the densest of the compressors, so that a few bytes cannot claim the memory of a large chunk.
    guard claimed <= ZstdCodec.decodedByteCountLimit(input.count) else {
      throw CodecError("blosc: \(input.count) bytes cannot decode to the \(claimed) that the header claims")
    }
    let output = context.nextStage().reserve(claimed)
    // An empty result has no blocks to decode.
    if claimed == 0 { return UnsafeRawBufferPointer(output) }
    let count = blosc_decompress_ctx(input.baseAddress, output.baseAddress, output.count, 1)
    guard count == claimed else { throw CodecError("blosc: the data is damaged or ends early") }
    return UnsafeRawBufferPointer(output)
  }

  package func encode(_ input: UnsafeRawBufferPointer, _ context: CodecContext) throws -> UnsafeRawBufferPointer {
    let output = context.nextStage().reserve(input.count + Int(BLOSC_MAX_OVERHEAD))
    let count = blosc_compress_ctx(
      Int32(level), shuffle.code, typeByteCount, input.count, input.baseAddress, output.baseAddress, output.count,
      compressor, blockByteCount, 1)
    if count <= 0 { throw CodecError("blosc: compression with \(compressor) failed (code \(count))") }
    return UnsafeRawBufferPointer(rebasing: output[0..<Int(count)])
  }
}
