import CDeflate

/// `gzip` (Zarr v3, codecs/gzip), through libdeflate.
struct GzipCodec: BytesCodec {
  /// 0…9.
  let level: Int

  init(level: Int) {
    precondition((0...9).contains(level))
    self.level = level
  }

  init(_ named: NamedConfiguration) throws {
    try named.requireOnly(["level"])
    level = try named.integer("level", in: 0...9, default: 5)
  }

  var json: JSONValue { NamedConfiguration("gzip", ["level": .integer(level)]).json }

  func encodedByteCountLimit(_ decodedByteCount: Int) -> Int { decodedByteCount * 2 + 65536 }

  func decode(
    _ input: UnsafeRawBufferPointer, limit: Int, _ context: CodecContext
  ) throws -> UnsafeRawBufferPointer {
    let output = context.nextStage().reserve(min(limit, deflateByteCountLimit(input.count)))
    var consumed = 0
    var produced = 0
    // A gzip file may be several members one after the other.
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

  func encode(_ input: UnsafeRawBufferPointer, _ context: CodecContext) throws -> UnsafeRawBufferPointer {
    let compressor = context.deflateCompressor(level: level)
    let output = context.nextStage().reserve(libdeflate_gzip_compress_bound(compressor, input.count))
    let count = libdeflate_gzip_compress(compressor, input.baseAddress, input.count, output.baseAddress, output.count)
    if count == 0 { throw CodecError("gzip: compression failed") }
    return UnsafeRawBufferPointer(rebasing: output[0..<count])
  }
}

/// The most that `count` bytes of Deflate can give: at best two bits stand for 258 bytes.
func deflateByteCountLimit(_ count: Int) -> Int { count * 1032 + 258 }

/// What libdeflate's result means, for the end of a sentence.
func deflateErrorText(_ result: libdeflate_result, _ limit: Int) -> String {
  result == LIBDEFLATE_INSUFFICIENT_SPACE
    ? "the data gives more than the expected \(limit) bytes" : "the data is damaged or ends early"
}
