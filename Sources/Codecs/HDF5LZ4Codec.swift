/// LZ4 as HDF5's filter (registered number 32004) has it. Only decoded.
///
/// The bytes are: the size of the result (8 bytes), the size of a block of it (4), then for every block the size of its
/// compressed form (4) and that form; a block that did not shrink is stored as it is. All sizes are big-endian. (M. Rissi
/// and E. Borisch, "Filter description for LZ4 compression in HDF5".)
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
        throw CodecError("lz4: a block claims \(packed) bytes, of which \(input.count - position) are there")
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
