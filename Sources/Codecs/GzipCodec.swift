import CDeflate

/// Gzip (RFC 1952), with one or more members, through libdeflate.
package struct GzipCodec: BytesCodec {
  /// 0…9.
  package let level: Int
  package var name: String { "gzip" }

  package init(level: Int) {
    precondition((0...9).contains(level))
    self.level = level
  }

  package func decode(
    _ input: UnsafeRawBufferPointer, limit: Int, _ context: CodecContext
  ) throws -> UnsafeRawBufferPointer {
    let output = context.nextStage().reserve(min(limit, deflateByteCountLimit(input.count)))
    var consumed = 0
    var produced = 0
    // A gzip file may consist of several concatenated members.
    repeat {
      var memberInput = 0
      var memberOutput = 0
      let result = libdeflate_gzip_decompress_ex(
        context.deflateDecompressor, input.baseAddress.map { $0 + consumed }, input.count - consumed,
        output.baseAddress.map { $0 + produced }, output.count - produced, &memberInput, &memberOutput)
      guard result == LIBDEFLATE_SUCCESS else { throw CodecError("gzip: \(deflateErrorText(result, limit))") }
      consumed += memberInput
      produced += memberOutput
    } while consumed < input.count
    return UnsafeRawBufferPointer(rebasing: output[0..<produced])
  }

  package func encode(_ input: UnsafeRawBufferPointer, _ context: CodecContext) throws -> UnsafeRawBufferPointer {
    let compressor = context.deflateCompressor(level: level)
    let output = context.nextStage().reserve(libdeflate_gzip_compress_bound(compressor, input.count))
    let count = libdeflate_gzip_compress(compressor, input.baseAddress, input.count, output.baseAddress, output.count)
    if count == 0 { throw CodecError("gzip: compression failed") }
    return UnsafeRawBufferPointer(rebasing: output[0..<count])
  }
}
