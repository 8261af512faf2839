/// Unpacks samples of 1 to 15 bits, the highest bit first (TIFF 6.0, section 3; the same in either byte order).
///
/// - Parameters:
///   - source: at least `(count × bits + 7) / 8` bytes.
///   - isWide: whether the destination has 16-bit numbers, otherwise 8-bit.
func unpackSamples(
  _ source: UnsafeRawPointer, bits: Int, count: Int, into destination: UnsafeMutableRawPointer, isWide: Bool
) {
  let bytes = source.assumingMemoryBound(to: UInt8.self)
  let mask = UInt32(1) << UInt32(bits) - 1
  var window: UInt32 = 0
  var available = 0
  var next = 0
  for index in 0..<count {
    while available < bits {
      window = window << 8 | UInt32(bytes[next])
      next += 1
      available += 8
    }
    available -= bits
    let sample = window >> UInt32(available) & mask
    if isWide {
      destination.storeBytes(of: UInt16(truncatingIfNeeded: sample), toByteOffset: index * 2, as: UInt16.self)
    } else {
      destination.storeBytes(of: UInt8(truncatingIfNeeded: sample), toByteOffset: index, as: UInt8.self)
    }
  }
}
