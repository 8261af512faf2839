import Files
import Foundation

/// A message in protobuf's wire format, written field by field (protobuf.dev/programming-guides/encoding).
struct ProtobufMessage {
  private var writer = ByteWriter()

  var bytes: Data { Data(writer.bytes) }

  mutating func add(_ field: Int, _ value: UInt64) {
    writer.append(field << 3)
    writer.append(value)
  }

  mutating func add(_ field: Int, _ value: Double) {
    writer.append(field << 3 | 1)
    writer.append(fixed: value.bitPattern)
  }

  mutating func add(_ field: Int, _ value: Float) {
    writer.append(field << 3 | 5)
    writer.append(fixed: value.bitPattern)
  }

  mutating func add(_ field: Int, _ value: some Collection<UInt8>) {
    writer.append(field << 3 | 2)
    writer.append(value.count)
    writer.append(raw: value)
  }

  mutating func add(_ field: Int, _ value: String) { add(field, value.utf8) }

  mutating func add(_ field: Int, _ message: ProtobufMessage) { add(field, message.writer.bytes) }
}
