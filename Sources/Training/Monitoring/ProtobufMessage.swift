import Foundation

/// A message in protobuf's wire format, written field by field (protobuf.dev/programming-guides/encoding).
struct ProtobufMessage {
  private(set) var bytes = Data()

  mutating func add(_ field: Int, _ value: UInt64) {
    addVarint(UInt64(field << 3))
    addVarint(value)
  }

  mutating func add(_ field: Int, _ value: Double) {
    addVarint(UInt64(field << 3 | 1))
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func add(_ field: Int, _ value: Float) {
    addVarint(UInt64(field << 3 | 5))
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func add(_ field: Int, _ value: Data) {
    addVarint(UInt64(field << 3 | 2))
    addVarint(UInt64(value.count))
    bytes.append(value)
  }

  mutating func add(_ field: Int, _ value: String) { add(field, Data(value.utf8)) }

  mutating func add(_ field: Int, _ message: ProtobufMessage) { add(field, message.bytes) }

  /// Seven bits a byte, the lowest first; the top bit says that more follow.
  private mutating func addVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
