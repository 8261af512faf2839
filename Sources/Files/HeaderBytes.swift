import Foundation

/// Numbers at fixed offsets in a binary header, in either byte order.
package struct HeaderBytes {
  package let bytes: [UInt8]
  package var isBigEndian = false

  package init(bytes: [UInt8]) { self.bytes = bytes }

  private func integer<Value: FixedWidthInteger>(_ offset: Int, _ type: Value.Type) -> Value {
    precondition(offset + MemoryLayout<Value>.size <= bytes.count, "the header was read too short")
    var value: Value = 0
    for index in 0..<MemoryLayout<Value>.size {
      let position = isBigEndian ? index : MemoryLayout<Value>.size - 1 - index
      value = (Value.bitWidth > 8 ? value << 8 : 0) | Value(truncatingIfNeeded: bytes[offset + position])
    }
    return value
  }

  package func int16(_ offset: Int) -> Int { Int(integer(offset, Int16.self)) }
  package func int32(_ offset: Int) -> Int { Int(integer(offset, Int32.self)) }
  package func int64(_ offset: Int) -> Int { Int(integer(offset, Int64.self)) }
  package func float(_ offset: Int) -> Double { Double(Float(bitPattern: integer(offset, UInt32.self))) }
  package func double(_ offset: Int) -> Double { Double(bitPattern: integer(offset, UInt64.self)) }
}
