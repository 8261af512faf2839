/// LZ4 as in numcodecs: the decoded size, four bytes little-endian, then one raw block. Decode-only.
package struct LZ4Codec: BytesCodec {
  private static let headerByteCount = 4

  package var name: String { "lz4" }

  package init() {}

  package func decode(
    _ input: UnsafeRawBufferPointer, limit: Int, _ context: CodecContext
  ) throws -> UnsafeRawBufferPointer {
    guard input.count >= LZ4Codec.headerByteCount else {
      throw CodecError("lz4: \(input.count) bytes are too few to hold a size")
    }
    let claimed = Int(UInt32(littleEndian: input.loadUnaligned(as: UInt32.self)))
    guard claimed <= limit else {
      throw CodecError("lz4: the header claims \(claimed) bytes where at most \(limit) are expected")
    }
    guard claimed <= LZ4Block.decodedByteCountLimit(input.count) else {
      throw CodecError("lz4: \(input.count) bytes cannot decode to the \(claimed) that the header claims")
    }
    let output = context.nextStage().reserve(claimed)
    try LZ4Block.decode(UnsafeRawBufferPointer(rebasing: input.dropFirst(LZ4Codec.headerByteCount)), into: output)
    return UnsafeRawBufferPointer(output)
  }
}
