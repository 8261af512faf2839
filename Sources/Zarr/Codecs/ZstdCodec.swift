import CZstd

/// `zstd`, one frame a chunk (zarr-extensions, codecs/zstd).
struct ZstdCodec: BytesCodec {
  /// −131072…22; 0 is the library's default.
  let level: Int
  /// Whether the frame ends with a checksum of its content.
  let checksum: Bool

  init(level: Int, checksum: Bool = false) {
    precondition((-131072...22).contains(level))
    self.level = level
    self.checksum = checksum
  }

  init(_ named: NamedConfiguration) throws {
    try named.requireOnly(["level", "checksum"])
    level = try named.integer("level", in: -131072...22, default: 0)
    switch named.configuration["checksum"] {
    case nil: checksum = false
    case .bool(let value): checksum = value
    case .some(let other): throw MetadataError("\"checksum\" of \"zstd\" must be true or false, found \(other.excerpt)")
    }
  }

  var json: JSONValue {
    NamedConfiguration("zstd", ["level": .integer(level), "checksum": .bool(checksum)]).json
  }

  /// Other encoders may flush often and so exceed `ZSTD_compressBound`.
  func encodedByteCountLimit(_ decodedByteCount: Int) -> Int { decodedByteCount * 2 + 65536 }

  /// The most that `count` bytes can give, so that a few bytes cannot ask for the memory of a large chunk: at best a
  /// block of four bytes stands for 128 KiB.
  static func decodedByteCountLimit(_ count: Int) -> Int { (count / 4 + 1) << 17 }

  func decode(
    _ input: UnsafeRawBufferPointer, limit: Int, _ context: CodecContext
  ) throws -> UnsafeRawBufferPointer {
    try zstdDecompressed(input, limit: limit, context.zstdDecompressor) { context.nextStage().reserve($0) }
  }

  func encode(_ input: UnsafeRawBufferPointer, _ context: CodecContext) throws -> UnsafeRawBufferPointer {
    let output = context.nextStage().reserve(ZSTD_compressBound(input.count))
    let compressor = context.zstdCompressor
    ZSTD_CCtx_reset(compressor, ZSTD_reset_session_and_parameters)
    ZSTD_CCtx_setParameter(compressor, ZSTD_c_compressionLevel, Int32(level))
    ZSTD_CCtx_setParameter(compressor, ZSTD_c_checksumFlag, checksum ? 1 : 0)
    let count = ZSTD_compress2(compressor, output.baseAddress, output.count, input.baseAddress, input.count)
    if ZSTD_isError(count) != 0 { throw CodecError("zstd: \(String(cString: ZSTD_getErrorName(count)))") }
    return UnsafeRawBufferPointer(rebasing: output[0..<count])
  }
}

/// What a Zstd frame holds; also chunks of HDF5's filter are such frames.
///
/// - Parameters:
///   - limit: the most bytes that are expected.
///   - memory: gives so many bytes for the result; asked once, when the header has been checked.
/// - Throws: `CodecError` for bytes that are no frame, or one of more than `limit` bytes.
package func zstdDecompressed(
  _ input: UnsafeRawBufferPointer, limit: Int, memory: (Int) -> UnsafeMutableRawBufferPointer
) throws -> UnsafeRawBufferPointer {
  try withCodecContext { try zstdDecompressed(input, limit: limit, $0.zstdDecompressor, memory: memory) }
}

private func zstdDecompressed(
  _ input: UnsafeRawBufferPointer, limit: Int, _ decompressor: OpaquePointer,
  memory: (Int) -> UnsafeMutableRawBufferPointer
) throws -> UnsafeRawBufferPointer {
  // The size a frame claims is checked before decoding; frames that do not tell theirs are bounded by the buffer.
  let claimed = ZSTD_getFrameContentSize(input.baseAddress, input.count)
  if claimed == ZSTD_CONTENTSIZE_ERROR { throw CodecError("zstd: there is no frame") }
  if claimed != ZSTD_CONTENTSIZE_UNKNOWN, claimed > UInt64(limit) {
    throw CodecError("zstd: the frame claims \(claimed) bytes where at most \(limit) are expected")
  }
  let most = min(limit, ZstdCodec.decodedByteCountLimit(input.count))
  if claimed != ZSTD_CONTENTSIZE_UNKNOWN, claimed > UInt64(most) {
    throw CodecError("zstd: \(input.count) bytes cannot give the \(claimed) that the frame claims")
  }
  let output = memory(claimed == ZSTD_CONTENTSIZE_UNKNOWN ? most : Int(claimed))
  let count = ZSTD_decompressDCtx(
    decompressor, output.baseAddress, output.count, input.baseAddress, input.count)
  if ZSTD_isError(count) != 0 { throw CodecError("zstd: \(String(cString: ZSTD_getErrorName(count)))") }
  return UnsafeRawBufferPointer(rebasing: output[0..<count])
}
