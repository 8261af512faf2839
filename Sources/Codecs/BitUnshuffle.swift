/// Undoes bitshuffle's transposition of one block (K. Masui et al., "A compression scheme for radio data in high
/// performance computing", Astronomy and Computing 12, 2015): reassembles elements from the first bits of all elements,
/// then all second bits, and so on.
///
/// Bits are numbered from the lowest bit of an element's first byte in memory, and eight elements share a byte, the
/// first in its lowest bit. For one window of elements at a time, eight rows of bits are combined into a row of bytes,
/// and the rows of bytes into elements as in HDF5's byte shuffle.
///
/// - Parameters:
///   - count: number of elements in the block, a multiple of 8.
///   - size: element size in bytes, at most 8.
/// - Precondition: `output` is aligned for elements of `size` bytes; both buffers have `count * size` bytes and do not
///   overlap.
func bitUnshuffle(
  _ input: UnsafeRawPointer, into output: UnsafeMutableRawPointer, count: Int, size: Int
) {
  precondition(count % 8 == 0 && (1...8).contains(size))
  let rowInBytes = count / 8
  withUnsafeTemporaryAllocation(byteCount: windowInBytes * 8 * size, alignment: 16) { window in
    guard let planes = window.baseAddress else { return }
    var start = 0
    while start < rowInBytes {
      let width = min(windowInBytes, rowInBytes - start)
      for byte in 0..<size {
        bytesOfRows(
          input + byte * 8 * rowInBytes + start, rowInBytes: rowInBytes, width: width, into: planes + byte * width * 8)
      }
      let bytes = UnsafeRawBufferPointer(start: planes, count: width * 8 * size)
      unshuffle(bytes, into: output + start * 8 * size, size: size)
      start += width
    }
  }
}

/// Bytes of each bit row that are processed together, so that the result of the first step stays in the L1 cache.
private let windowInBytes = 64

private typealias Words = SIMD2<UInt64>

/// Combines eight rows of bits into one row of bytes: bit j of row k becomes bit k of byte j, for `8 * width` bytes.
@inline(__always)
private func bytesOfRows(
  _ rows: UnsafeRawPointer, rowInBytes: Int, width: Int, into output: UnsafeMutableRawPointer
) {
  var done = 0
  while width - done >= MemoryLayout<Words>.size {
    transpose(rows + done, rowInBytes: rowInBytes, into: output + 8 * done)
    done += MemoryLayout<Words>.size
  }
  while done < width {
    var word: UInt64 = 0
    for row in 0..<8 {
      let bits = rows.load(fromByteOffset: row &* rowInBytes &+ done, as: UInt8.self)
      word |= UInt64(bits) &<< UInt64(8 &* row)
    }
    (output + 8 * done).storeBytes(of: transposedBits(word).littleEndian, as: UInt64.self)
    done += 1
  }
}

/// Transposes the 8 × 8 bits of a word by swapping opposite corners of 2 × 2 blocks, then 4 × 4 blocks, then the whole
/// (H. S. Warren, Hacker's Delight, section 7-3).
@inline(__always)
private func transposedBits(_ word: UInt64) -> UInt64 {
  @inline(__always) func exchanged(_ word: UInt64, _ distance: UInt64, _ mask: UInt64) -> UInt64 {
    let difference = (word ^ (word &>> distance)) & mask
    return word ^ difference ^ (difference &<< distance)
  }
  let twos = exchanged(word, 7, 0x00AA_00AA_00AA_00AA)
  return exchanged(exchanged(twos, 14, 0x0000_CCCC_0000_CCCC), 28, 0x0000_0000_F0F0_F0F0)
}

/// 16 bytes of each of eight rows at once: first bits are exchanged between the rows, then bytes.
@inline(__always)
private func transpose(_ rows: UnsafeRawPointer, rowInBytes: Int, into output: UnsafeMutableRawPointer) {
  @inline(__always) func row(_ number: Int) -> Words {
    little((rows + number &* rowInBytes).loadUnaligned(as: Words.self))
  }
  var (a, b, c, d, e, f, g, h) = (row(0), row(1), row(2), row(3), row(4), row(5), row(6), row(7))
  /// Between rows that are four apart, then two, then one, each step with half the shift of the previous one.
  @inline(__always) func exchangeRows(_ shift: UInt64, _ far: UInt64, _ middle: UInt64, _ near: UInt64) {
    exchange(&a, &e, shift, far)
    exchange(&b, &f, shift, far)
    exchange(&c, &g, shift, far)
    exchange(&d, &h, shift, far)
    exchange(&a, &c, shift / 2, middle)
    exchange(&b, &d, shift / 2, middle)
    exchange(&e, &g, shift / 2, middle)
    exchange(&f, &h, shift / 2, middle)
    exchange(&a, &b, shift / 4, near)
    exchange(&c, &d, shift / 4, near)
    exchange(&e, &f, shift / 4, near)
    exchange(&g, &h, shift / 4, near)
  }
  exchangeRows(4, 0x0F0F_0F0F_0F0F_0F0F, 0x3333_3333_3333_3333, 0x5555_5555_5555_5555)
  exchangeRows(32, 0x0000_0000_FFFF_FFFF, 0x0000_FFFF_0000_FFFF, 0x00FF_00FF_00FF_00FF)
  // The first lanes hold bytes 0…7 of the rows, the second lanes 8…15.
  @inline(__always) func store(_ number: Int, _ first: Words, _ second: Words) {
    let target = output + 16 &* number
    target.storeBytes(of: little(Words(first.x, second.x)), as: Words.self)
    (target + 64).storeBytes(of: little(Words(first.y, second.y)), as: Words.self)
  }
  store(0, a, b)
  store(1, c, d)
  store(2, e, f)
  store(3, g, h)
}

/// Swaps the bits of `low` above `shift` with those of `high` below it, in every group that `mask` repeats.
@inline(__always)
private func exchange(_ low: inout Words, _ high: inout Words, _ shift: UInt64, _ mask: UInt64) {
  let difference = ((low &>> Words(repeating: shift)) ^ high) & Words(repeating: mask)
  high ^= difference
  low ^= difference &<< Words(repeating: shift)
}

@inline(__always)
private func little(_ words: Words) -> Words { Words(words.x.littleEndian, words.y.littleEndian) }
