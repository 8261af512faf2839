/// The byte shuffle of HDF5 (filter number 2): the first bytes of all elements, then all second bytes, and so on.
/// Decode-only.
package struct ByteShuffleCodec: BytesCodec {
  /// Element size in bytes.
  package let elementByteCount: Int
  package var name: String { "shuffle" }

  package init(elementByteCount: Int) { self.elementByteCount = elementByteCount }

  package func encodedByteCountLimit(_ decodedByteCount: Int) -> Int { decodedByteCount }

  package func decode(
    _ input: UnsafeRawBufferPointer, limit: Int, _ context: CodecContext
  ) throws -> UnsafeRawBufferPointer {
    guard input.count <= limit else {
      throw CodecError("shuffle: \(input.count) bytes where at most \(limit) are expected")
    }
    let output = context.nextStage().reserve(input.count)
    unshuffle(input, into: output.baseAddress!, size: elementByteCount)
    return UnsafeRawBufferPointer(output)
  }
}

/// Reassembles elements from the first bytes of all elements, then all second bytes, and so on.
///
/// Bytes after the last complete element are unchanged. The loops for 2, 4 and 8 bytes compile to vector code.
///
/// - Precondition: `output` has the same size as `input` and is aligned for elements of `size` bytes.
func unshuffle(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawPointer, size: Int) {
  guard let base = input.baseAddress else { return }
  let count = size > 1 ? input.count / size : 0
  if count < 2 {
    output.copyMemory(from: base, byteCount: input.count)
    return
  }
  let bytes = base.assumingMemoryBound(to: UInt8.self)
  switch size {
  case 2:
    let elements = output.assumingMemoryBound(to: UInt16.self)
    let (low, high) = (bytes, bytes + count)
    for index in 0..<count { elements[index] = (UInt16(low[index]) | UInt16(high[index]) &<< 8).littleEndian }
  case 4:
    let elements = output.assumingMemoryBound(to: UInt32.self)
    let (a, b, c, d) = (bytes, bytes + count, bytes + 2 * count, bytes + 3 * count)
    for index in 0..<count {
      let low = UInt32(a[index]) | UInt32(b[index]) &<< 8
      let high = UInt32(c[index]) &<< 16 | UInt32(d[index]) &<< 24
      elements[index] = (low | high).littleEndian
    }
  default:
    let target = output.assumingMemoryBound(to: UInt8.self)
    for place in 0..<size {
      let plane = bytes + place * count
      for index in 0..<count { target[index &* size &+ place] = plane[index] }
    }
  }
  let whole = count * size
  (output + whole).copyMemory(from: base + whole, byteCount: input.count - whole)
}
