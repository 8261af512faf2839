/// Appends numbers to bytes.
///
/// Whole numbers take a variable number of bytes: seven bits a byte, lowest first, the top bit set on all but the last
/// (LEB128, the varint of protobuf).
package struct ByteWriter {
  @usableFromInline var written: [UInt8] = []

  package init() {}

  @inlinable package var bytes: [UInt8] { written }

  @inlinable package mutating func append(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      written.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    written.append(UInt8(truncatingIfNeeded: rest))
  }

  /// - Precondition: `value` is not negative.
  @inlinable package mutating func append(_ value: Int) { append(UInt64(value)) }

  /// A number that may be negative: zigzag, small numbers of either sign take few bytes.
  @inlinable package mutating func append(signed value: Int) {
    append(UInt64(bitPattern: Int64(value << 1 ^ value >> 63)))
  }

  package mutating func append(raw: some Sequence<UInt8>) { written.append(contentsOf: raw) }

  /// All bytes of a number, lowest first.
  package mutating func append(fixed value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { written.append(contentsOf: $0) }
  }

  /// Keeps the memory.
  package mutating func removeAll() { written.removeAll(keepingCapacity: true) }
}
