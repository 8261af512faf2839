import CLZ4

/// One raw LZ4 block, the common core of the formats built from such blocks; through liblz4.
enum LZ4Block {
  /// The most that `count` bytes can decode to: one byte encodes at most 255.
  static func decodedByteCountLimit(_ count: Int) -> Int { count * 255 + 64 }

  /// Decodes a block that must fill `output`.
  ///
  /// - Throws: `CodecError` if it decodes to a different number of bytes.
  static func decode(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) throws {
    if output.isEmpty { return }
    guard let source = input.baseAddress, input.count <= Int(Int32.max), output.count <= Int(Int32.max) else {
      throw CodecError("lz4: the data ends early or is too long")
    }
    let count = LZ4_decompress_safe(
      source.assumingMemoryBound(to: CChar.self), output.baseAddress!.assumingMemoryBound(to: CChar.self),
      Int32(input.count), Int32(output.count))
    guard Int(count) == output.count else { throw CodecError("lz4: the data is damaged or ends early") }
  }
}
