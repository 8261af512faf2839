import CLZ4

/// Undoes HDF5's LZ4 filter (registered number 32004).
///
/// The bytes are: the size of the result (8 bytes), the size of a block of it (4), then for every block the size of its
/// compressed form (4) and that form; a block that did not shrink is stored as it is. All sizes are big-endian. (M. Rissi
/// and E. Borisch, "Filter description for LZ4 compression in HDF5".)
///
/// - Returns: how many bytes were written to `output`, or nil when the sizes contradict each other or `output` is too
///   small.
func decodeLZ4Blocks(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int? {
  guard input.count >= 12 else { return nil }
  func size(at offset: Int) -> Int {
    Int(UInt32(bigEndian: input.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
  }
  let total = UInt64(bigEndian: input.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
  let block = size(at: 8)
  guard total <= UInt64(output.count), total == 0 || block > 0 else { return nil }
  let count = Int(total)
  var position = 12
  var done = 0
  while done < count {
    let wanted = min(block, count - done)
    guard input.count - position >= 4 else { return nil }
    let packed = size(at: position)
    position += 4
    guard packed > 0, packed <= input.count - position else { return nil }
    let source = input.baseAddress! + position
    let target = output.baseAddress! + done
    if packed == wanted {
      target.copyMemory(from: source, byteCount: wanted)
    } else {
      guard packed <= Int(Int32.max), wanted <= Int(Int32.max),
        LZ4_decompress_safe(
          source.assumingMemoryBound(to: CChar.self), target.assumingMemoryBound(to: CChar.self), Int32(packed),
          Int32(wanted)) == Int32(wanted)
      else { return nil }
    }
    position += packed
    done += wanted
  }
  return count
}
