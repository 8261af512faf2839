import CLZ4

/// `lz4` as numcodecs has it: the decoded size, four bytes little-endian, then one raw block; through liblz4. Only
/// read.
struct LZ4Codec: BytesCodec {
  private static let headerByteCount = 4

  var json: JSONValue { NamedConfiguration("numcodecs.lz4").json }

  func encodedByteCountLimit(_ decodedByteCount: Int) -> Int { decodedByteCount * 2 + 65536 }

  func decode(
    _ input: UnsafeRawBufferPointer, limit: Int, _ context: CodecContext
  ) throws -> UnsafeRawBufferPointer {
    guard input.count >= LZ4Codec.headerByteCount else {
      throw CodecError("lz4: \(input.count) bytes are too few to hold a size")
    }
    let claimed = Int(UInt32(littleEndian: input.loadUnaligned(as: UInt32.self)))
    guard claimed <= limit else {
      throw CodecError("lz4: the header claims \(claimed) bytes where at most \(limit) are expected")
    }
    let output = try reserveLZ4(claimed, forBlockOf: input.count, context)
    try decodeLZ4Block(UnsafeRawBufferPointer(rebasing: input.dropFirst(LZ4Codec.headerByteCount)), into: output)
    return UnsafeRawBufferPointer(output)
  }
}

/// `lz4` as N5 has it: the stream of lz4-java's `LZ4BlockOutputStream`. Only read.
///
/// A stream is blocks of `LZ4Block` (8 bytes), a token whose upper half tells raw (1) from LZ4 (2), the encoded and the
/// decoded size and a hash (4 bytes each, little-endian), then the data; one of no bytes ends it. The hash is not
/// looked at: sizes that do not fit are found without it.
struct LZ4BlockStreamCodec: BytesCodec {
  private static let magic = Array("LZ4Block".utf8)
  private static let headerByteCount = 21

  var json: JSONValue { NamedConfiguration("n5.lz4").json }

  func encodedByteCountLimit(_ decodedByteCount: Int) -> Int { decodedByteCount * 2 + 65536 }

  func decode(
    _ input: UnsafeRawBufferPointer, limit: Int, _ context: CodecContext
  ) throws -> UnsafeRawBufferPointer {
    let output = try reserveLZ4(limit, forBlockOf: input.count, context, isExact: false)
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
      case 2: try decodeLZ4Block(block, into: target)
      default: throw CodecError("lz4: a block of unknown kind \(method)")
      }
      rest = rest.dropFirst(encoded)
      produced += decoded
    }
    return UnsafeRawBufferPointer(rebasing: output[0..<produced])
  }
}

/// Memory for what an LZ4 block gives, no more than `encoded` bytes can: one byte stands for at most 255.
private func reserveLZ4(
  _ decoded: Int, forBlockOf encoded: Int, _ context: CodecContext, isExact: Bool = true
) throws -> UnsafeMutableRawBufferPointer {
  let most = encoded * 255 + 64
  if isExact, decoded > most { throw CodecError("lz4: \(encoded) bytes cannot give the \(decoded) that are claimed") }
  return context.nextStage().reserve(min(decoded, most))
}

/// Decodes one raw block that fills `output`.
private func decodeLZ4Block(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) throws {
  if output.isEmpty { return }
  guard let source = input.baseAddress, input.count <= Int(Int32.max), output.count <= Int(Int32.max) else {
    throw CodecError("lz4: the data ends early or is too long")
  }
  let count = LZ4_decompress_safe(
    source.assumingMemoryBound(to: CChar.self), output.baseAddress!.assumingMemoryBound(to: CChar.self),
    Int32(input.count), Int32(output.count))
  guard Int(count) == output.count else { throw CodecError("lz4: the data is damaged or ends early") }
}
