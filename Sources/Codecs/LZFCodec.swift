import CLZF

/// h5py's LZF filter for HDF5 (registered number 32000): the output of liblzf for the whole chunk. Decode-only.
package struct LZFCodec: BytesCodec {
  package var name: String { "lzf" }

  package init() {}

  /// At best three bytes expand to 264.
  private static func decodedByteCountLimit(_ count: Int) -> Int { count * 88 + 264 }

  package func decode(
    _ input: UnsafeRawBufferPointer, limit: Int, _ context: CodecContext
  ) throws -> UnsafeRawBufferPointer {
    let output = context.nextStage().reserve(min(limit, Self.decodedByteCountLimit(input.count)))
    // liblzf reads a byte before it checks whether one is available.
    guard !input.isEmpty, input.count <= Int(UInt32.max), output.count <= Int(UInt32.max) else {
      throw CodecError("lzf: the data ends early or is too long")
    }
    let count = lzf_decompress(input.baseAddress, UInt32(input.count), output.baseAddress, UInt32(output.count))
    guard count > 0 else {
      throw CodecError("lzf: the data is damaged, ends early or decodes to more than the expected \(limit) bytes")
    }
    return UnsafeRawBufferPointer(rebasing: output[0..<Int(count)])
  }
}
