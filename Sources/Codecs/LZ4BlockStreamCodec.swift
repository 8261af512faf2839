/// LZ4 as in N5: the stream of lz4-java's `LZ4BlockOutputStream`. Decode-only.
///
/// A stream consists of blocks: `LZ4Block` (8 bytes), a token whose upper half is 1 for raw or 2 for LZ4, the encoded
/// size, the decoded size and a hash (4 bytes each, little-endian), then the data; an empty block ends the stream. The
/// hash is not checked: inconsistent sizes are detected without it.
package struct LZ4BlockStreamCodec: BytesCodec {
  private static let magic = Array("LZ4Block".utf8)
  private static let headerByteCount = 21

  package var name: String { "lz4" }

  package init() {}

  package func decode(
    _ input: UnsafeRawBufferPointer, limit: Int, _ context: CodecContext
  ) throws -> UnsafeRawBufferPointer {
    let output = context.nextStage().reserve(min(limit, LZ4Block.decodedByteCountLimit(input.count)))
    var rest = input[...]
    var produced = 0
    while true {
      guard rest.count >= LZ4BlockStreamCodec.headerByteCount, rest.starts(with: LZ4BlockStreamCodec.magic) else {
        throw CodecError(
          "lz4: a block's header was expected after \(produced) bytes, the data is damaged or ends early")
      }
      let header = UnsafeRawBufferPointer(rebasing: rest.prefix(LZ4BlockStreamCodec.headerByteCount))
      let method = header[8] >> 4
      let encoded = Int(UInt32(littleEndian: header.loadUnaligned(fromByteOffset: 9, as: UInt32.self)))
      let decoded = Int(UInt32(littleEndian: header.loadUnaligned(fromByteOffset: 13, as: UInt32.self)))
      rest = rest.dropFirst(LZ4BlockStreamCodec.headerByteCount)
      if decoded == 0 { break }
      guard encoded <= rest.count, decoded <= output.count - produced else {
        throw CodecError("lz4: a block claims \(encoded) bytes that give \(decoded), which do not fit")
      }
      let block = UnsafeRawBufferPointer(rebasing: rest.prefix(encoded))
      let target = UnsafeMutableRawBufferPointer(rebasing: output[produced..<produced + decoded])
      switch method {
      case 1 where encoded == decoded: target.copyMemory(from: block)
      case 2: try LZ4Block.decode(block, into: target)
      default: throw CodecError("lz4: a block of unknown kind \(method)")
      }
      rest = rest.dropFirst(encoded)
      produced += decoded
    }
    return UnsafeRawBufferPointer(rebasing: output[0..<produced])
  }
}
