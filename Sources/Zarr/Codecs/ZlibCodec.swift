import CDeflate

/// `zlib`, which only arrays of Zarr v2 have; through libdeflate.
struct ZlibCodec: BytesCodec {
  /// 0…9.
  let level: Int

  var json: JSONValue { NamedConfiguration("numcodecs.zlib", ["level": .integer(level)]).json }

  func encodedByteCountLimit(_ decodedByteCount: Int) -> Int { decodedByteCount * 2 + 65536 }

  func decode(
    _ input: UnsafeRawBufferPointer, limit: Int, _ context: CodecContext
  ) throws -> UnsafeRawBufferPointer {
    let output = context.nextStage().reserve(min(limit, deflateByteCountLimit(input.count)))
    var count = 0
    let result = libdeflate_zlib_decompress(
      context.deflateDecompressor, input.baseAddress, input.count, output.baseAddress, output.count, &count)
    guard result == LIBDEFLATE_SUCCESS else { throw CodecError("zlib: \(deflateErrorText(result, limit))") }
    return UnsafeRawBufferPointer(rebasing: output[0..<count])
  }

  func encode(_ input: UnsafeRawBufferPointer, _ context: CodecContext) throws -> UnsafeRawBufferPointer {
    let compressor = context.deflateCompressor(level: level)
    let output = context.nextStage().reserve(libdeflate_zlib_compress_bound(compressor, input.count))
    let count = libdeflate_zlib_compress(compressor, input.baseAddress, input.count, output.baseAddress, output.count)
    if count == 0 { throw CodecError("zlib: compression failed") }
    return UnsafeRawBufferPointer(rebasing: output[0..<count])
  }
}
