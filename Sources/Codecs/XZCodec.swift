import CLZMA

/// An .xz stream, through liblzma. Decode-only.
package struct XZCodec: BytesCodec {
  /// A header may request a dictionary of up to 4 GiB; the highest standard preset takes 65 MiB.
  private static let memoryLimitInBytes: UInt64 = 128 << 20

  package var name: String { "xz" }

  package init() {}

  package func decode(
    _ input: UnsafeRawBufferPointer, limit: Int, _ context: CodecContext
  ) throws -> UnsafeRawBufferPointer {
    guard let source = input.baseAddress else { throw CodecError("xz: the data is empty") }
    return try context.decodeGrowing(from: input.count, limit: limit) { output in
      var memoryLimit = XZCodec.memoryLimitInBytes
      var (consumed, produced) = (0, 0)
      let result = lzma_stream_buffer_decode(
        &memoryLimit, 0, nil, source.assumingMemoryBound(to: UInt8.self), &consumed, input.count,
        output.baseAddress!.assumingMemoryBound(to: UInt8.self), &produced, output.count)
      switch result {
      case LZMA_OK: return produced
      case LZMA_BUF_ERROR where output.count < limit: return nil
      case LZMA_BUF_ERROR: throw CodecError("xz: the data ends early or decodes to more than \(limit) bytes")
      case LZMA_FORMAT_ERROR: throw CodecError("xz: the data is not an .xz stream")
      case LZMA_MEMLIMIT_ERROR:
        throw CodecError("xz: decoding needs more than \(XZCodec.memoryLimitInBytes >> 20) MiB of memory")
      default: throw CodecError("xz: the data is damaged (code \(result.rawValue))")
      }
    }
  }
}
