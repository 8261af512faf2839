import CDeflate

/// Zlib (RFC 1950), through libdeflate.
package struct ZlibCodec: BytesCodec {
  /// 0…9.
  package let level: Int
  package var name: String { "zlib" }

  package init(level: Int) {
    precondition((0...9).contains(level))
    self.level = level
  }

  package func decode(
    _ input: UnsafeRawBufferPointer, limit: Int, _ context: CodecContext
  ) throws -> UnsafeRawBufferPointer {
    let output = context.nextStage().reserve(min(limit, deflateByteCountLimit(input.count)))
    var count = 0
    let result = libdeflate_zlib_decompress(
      context.deflateDecompressor, input.baseAddress, input.count, output.baseAddress, output.count, &count)
    guard result == LIBDEFLATE_SUCCESS else { throw CodecError("zlib: \(deflateErrorText(result, limit))") }
    return UnsafeRawBufferPointer(rebasing: output[0..<count])
  }

  package func encode(_ input: UnsafeRawBufferPointer, _ context: CodecContext) throws -> UnsafeRawBufferPointer {
    let compressor = context.deflateCompressor(level: level)
    let output = context.nextStage().reserve(libdeflate_zlib_compress_bound(compressor, input.count))
    let count = libdeflate_zlib_compress(compressor, input.baseAddress, input.count, output.baseAddress, output.count)
    if count == 0 { throw CodecError("zlib: compression failed") }
    return UnsafeRawBufferPointer(rebasing: output[0..<count])
  }
}
