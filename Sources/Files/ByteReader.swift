/// Reads what `ByteWriter` wrote, from untrusted bytes.
package struct ByteReader {
  @usableFromInline let bytes: [UInt8]
  private let name: String
  private let remedy: String
  @usableFromInline package var offset = 0

  /// The maximum encoded size of an `Int`, in bytes.
  package static let longestNumber = 9

  /// - Parameters:
  ///   - name: the name of the file, for messages.
  ///   - remedy: what to do if the file is damaged, for the end of a message.
  package init(_ bytes: [UInt8], name: String, remedy: String) {
    self.bytes = bytes
    self.name = name
    self.remedy = remedy
  }

  package var isAtEnd: Bool { offset == bytes.count }

  /// The number of bytes not yet read.
  package var rest: ArraySlice<UInt8> { bytes[offset...] }

  package func malformed(_ what: String) -> Fault {
    .badData("\(name) is damaged: \(what) at byte \(offset); \(remedy)")
  }

  /// - Throws: `Fault.badData` when the bytes end early or the number has more than 64 bits.
  @inlinable package mutating func unsigned() throws -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      guard offset < bytes.count else { throw malformed("the file ends inside a number") }
      let byte = bytes[offset]
      guard shift < 63 || byte <= 1 else { throw malformed("a number has more than 64 bits") }
      offset += 1
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
  }

  /// A number that must lie in `range`.
  ///
  /// - Throws: `Fault.badData` naming `what` when it does not.
  package mutating func integer(in range: ClosedRange<Int>, _ what: @autoclosure () -> String) throws -> Int {
    let value = try unsigned()
    guard let integer = Int(exactly: value), range.contains(integer) else {
      throw malformed("expected \(what()) in \(range.lowerBound)...\(range.upperBound), found \(value)")
    }
    return integer
  }

  /// Appends `count` numbers, which together are at most `limit`, to `numbers`.
  ///
  /// - Returns: their sum.
  /// - Throws: `Fault.badData` naming `what` when they are more, or one has more than 32 bits.
  package mutating func append(
    _ count: Int, atMost limit: Int, to numbers: inout [UInt32], _ what: @autoclosure () -> String
  ) throws -> Int {
    var total = 0
    var left = count
    try bytes.withUnsafeBufferPointer { bytes in
      while left > 0 {
        // Nearly all have one or two bytes.
        var value: Int
        if offset &+ 2 <= bytes.count, bytes[offset] < 0x80 || bytes[offset &+ 1] < 0x80 {
          let first = bytes[offset]
          value = Int(first & 0x7f)
          if first >= 0x80 {
            value |= Int(bytes[offset &+ 1]) << 7
            offset &+= 1
          }
          offset &+= 1
          guard value <= limit &- total else {
            throw malformed("expected \(what()) in 0...\(limit - total), found \(value)")
          }
        } else {
          value = try integer(in: 0...min(limit - total, Int(UInt32.max)), what())
        }
        numbers.append(UInt32(truncatingIfNeeded: value))
        total &+= value
        left &-= 1
      }
    }
    return total
  }

  /// A signed number (zigzag-encoded).
  package mutating func signed() throws -> Int {
    let value = try unsigned()
    let magnitude = Int(value >> 1)
    return value & 1 == 0 ? magnitude : ~magnitude
  }

  /// - Throws: `Fault.badData` when fewer bytes are left.
  package mutating func raw(_ count: Int) throws -> [UInt8] {
    guard count <= bytes.count - offset else { throw malformed("the file ends early") }
    defer { offset += count }
    return Array(bytes[offset..<(offset + count)])
  }
}
