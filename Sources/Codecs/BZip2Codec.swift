import CBZip2

/// bzip2, one stream per chunk, through libbz2. Decode-only.
package struct BZip2Codec: BytesCodec {
  package var name: String { "bz2" }

  package init() {}

  package func decode(
    _ input: UnsafeRawBufferPointer, limit: Int, _ context: CodecContext
  ) throws -> UnsafeRawBufferPointer {
    guard let source = input.baseAddress, input.count <= Int(Int32.max) else {
      throw CodecError("bz2: the data ends early or is too long")
    }
    return try context.decodeGrowing(from: input.count, limit: limit) { output in
      var count = UInt32(clamping: output.count)
      // The library's signature lacks a const; the function only reads.
      let result = BZ2_bzBuffToBuffDecompress(
        output.baseAddress!.assumingMemoryBound(to: CChar.self), &count,
        UnsafeMutableRawPointer(mutating: source).assumingMemoryBound(to: CChar.self), UInt32(input.count), 0, 0)
      switch result {
      case BZ_OK: return Int(count)
      case BZ_OUTBUFF_FULL where output.count < limit: return nil
      case BZ_OUTBUFF_FULL: throw CodecError("bz2: the data decodes to more than the expected \(limit) bytes")
      default: throw CodecError("bz2: the data is damaged or ends early (code \(result))")
      }
    }
  }
}
