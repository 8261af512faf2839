import CZstd

/// Zstandard, one frame per chunk (RFC 8878), through libzstd.
package struct ZstdCodec: BytesCodec {
  /// −131072…22; 0 means the library's default.
  package let level: Int
  /// Whether the frame ends with a checksum of its contents.
  package let checksum: Bool
  package var name: String { "zstd" }

  package init(level: Int, checksum: Bool = false) {
    precondition((-131072...22).contains(level))
    self.level = level
    self.checksum = checksum
  }

  /// The most that `count` bytes can decode to, so that a few bytes cannot claim the memory of a large chunk: at best a
  /// four-byte block expands to 128 KiB.
  static func decodedByteCountLimit(_ count: Int) -> Int { (count / 4 + 1) << 17 }

  package func decode(
    _ input: UnsafeRawBufferPointer, limit: Int, _ context: CodecContext
  ) throws -> UnsafeRawBufferPointer {
    try decompress(input, limit: limit, context) { context.nextStage().reserve($0) }
  }

  package func encode(_ input: UnsafeRawBufferPointer, _ context: CodecContext) throws -> UnsafeRawBufferPointer {
    let output = context.nextStage().reserve(ZSTD_compressBound(input.count))
    let compressor = context.zstdCompressor
    ZSTD_CCtx_reset(compressor, ZSTD_reset_session_and_parameters)
    ZSTD_CCtx_setParameter(compressor, ZSTD_c_compressionLevel, Int32(level))
    ZSTD_CCtx_setParameter(compressor, ZSTD_c_checksumFlag, checksum ? 1 : 0)
    let count = ZSTD_compress2(compressor, output.baseAddress, output.count, input.baseAddress, input.count)
    if ZSTD_isError(count) != 0 { throw CodecError("zstd: \(String(cString: ZSTD_getErrorName(count)))") }
    return UnsafeRawBufferPointer(rebasing: output[0..<count])
  }

  /// The same, decoding into the caller's memory.
  ///
  /// - Parameter memory: returns a buffer of the given number of bytes for the result; called once, after the header
  ///   has been checked.
  func decompress(
    _ input: UnsafeRawBufferPointer, limit: Int, _ context: CodecContext, memory: (Int) -> UnsafeMutableRawBufferPointer
  ) throws -> UnsafeRawBufferPointer {
    // The size that a frame claims is checked before decoding; frames that state no size are bounded by the buffer.
    let claimed = ZSTD_getFrameContentSize(input.baseAddress, input.count)
    if claimed == ZSTD_CONTENTSIZE_ERROR { throw CodecError("zstd: no frame found") }
    if claimed != ZSTD_CONTENTSIZE_UNKNOWN, claimed > UInt64(limit) {
      throw CodecError("zstd: the frame claims \(claimed) bytes where at most \(limit) are expected")
    }
    let most = min(limit, ZstdCodec.decodedByteCountLimit(input.count))
    if claimed != ZSTD_CONTENTSIZE_UNKNOWN, claimed > UInt64(most) {
      throw CodecError("zstd: \(input.count) bytes cannot decode to the \(claimed) that the frame claims")
    }
    let output = memory(claimed == ZSTD_CONTENTSIZE_UNKNOWN ? most : Int(claimed))
    let count = ZSTD_decompressDCtx(
      context.zstdDecompressor, output.baseAddress, output.count, input.baseAddress, input.count)
    if ZSTD_isError(count) != 0 { throw CodecError("zstd: \(String(cString: ZSTD_getErrorName(count)))") }
    return UnsafeRawBufferPointer(rebasing: output[0..<count])
  }
}
