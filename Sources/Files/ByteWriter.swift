/// Appends numbers to a byte buffer.
///
/// Integers have variable length: seven bits per byte, least significant first, the top bit set on all but the last
/// byte (LEB128, the varint of protobuf).
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

  /// A signed number, zigzag-encoded so that values near zero take few bytes.
  @inlinable package mutating func append(signed value: Int) {
    append(UInt64(bitPattern: Int64(value << 1 ^ value >> 63)))
  }

  package mutating func append(raw: some Sequence<UInt8>) { written.append(contentsOf: raw) }

  /// All bytes of a number, least significant first.
  package mutating func append(fixed value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { written.append(contentsOf: $0) }
  }

  /// Empties the buffer but keeps its memory.
  package mutating func removeAll() { written.removeAll(keepingCapacity: true) }
}
