/// LZ4 as in its HDF5 filter (registered number 32004). Decode-only.
///
/// The data consists of the decoded size in bytes (8 bytes), the decoded size of a block (4), then for every block its
/// compressed size (4) and the compressed data; a block that did not shrink is stored uncompressed. All sizes are
/// big-endian. (M. Rissi and E. Borisch, "Filter description for LZ4 compression in HDF5".)
package struct HDF5LZ4Codec: BytesCodec {
  package var name: String { "lz4" }

  package init() {}

  package func decode(
    _ input: UnsafeRawBufferPointer, limit: Int, _ context: CodecContext
  ) throws -> UnsafeRawBufferPointer {
    guard input.count >= 12 else { throw CodecError("lz4: \(input.count) bytes are too few to hold the sizes") }
    func size(at offset: Int) -> Int {
      Int(UInt32(bigEndian: input.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }
    let claimed = UInt64(bigEndian: input.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
    let block = size(at: 8)
    guard claimed <= UInt64(min(limit, LZ4Block.decodedByteCountLimit(input.count))), claimed == 0 || block > 0 else {
      throw CodecError(
        "lz4: the header claims \(claimed) bytes in blocks of \(block), from \(input.count) bytes, where at most "
          + "\(limit) are expected")
    }
    let output = context.nextStage().reserve(Int(claimed))
    var position = 12
    var done = 0
    while done < output.count {
      let wanted = min(block, output.count - done)
      guard input.count - position >= 4 else { throw CodecError("lz4: the data ends early") }
      let packed = size(at: position)
      position += 4
      guard packed > 0, packed <= input.count - position else {
        throw CodecError("lz4: a block claims \(packed) bytes, but only \(input.count - position) are left")
      }
      let source = UnsafeRawBufferPointer(rebasing: input[position..<position + packed])
      let target = UnsafeMutableRawBufferPointer(rebasing: output[done..<done + wanted])
      if packed == wanted { target.copyMemory(from: source) } else { try LZ4Block.decode(source, into: target) }
      position += packed
      done += wanted
    }
    return UnsafeRawBufferPointer(output)
  }
}
