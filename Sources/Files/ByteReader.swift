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
    if let short = shortNumber() { return short }
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

  /// A number of at most eight bytes, unless the end of the file is near: all of its bytes at once.
  @inlinable mutating func shortNumber() -> UInt64? {
    guard offset &+ 8 <= bytes.count else { return nil }
    let word = bytes.withUnsafeBytes {
      UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    let ends = ~word & 0x8080_8080_8080_8080
    if ends == 0 { return nil }
    // All bits up to the first byte that ends a number; of each byte seven, moved together.
    var value = word & (ends ^ (ends &- 1)) & 0x7f7f_7f7f_7f7f_7f7f
    value = (value & 0x007f_007f_007f_007f) | ((value & 0x7f00_7f00_7f00_7f00) >> 1)
    value = (value & 0x0000_3fff_0000_3fff) | ((value & 0x3fff_0000_3fff_0000) >> 2)
    value = (value & 0x0fff_ffff) | ((value & 0x0fff_ffff_0000_0000) >> 4)
    offset &+= ends.trailingZeroBitCount >> 3 &+ 1
    return value
  }

  /// Reads `count` numbers, which together are at most `limit`, into the memory at `numbers`.
  ///
  /// - Returns: their sum.
  /// - Throws: `Fault.badData` naming `what` when they are more, or one has more than 32 bits.
  package mutating func read(
    _ count: Int, atMost limit: Int, to numbers: UnsafeMutablePointer<UInt32>, _ what: @autoclosure () -> String
  ) throws -> Int {
    var total = 0
    var done = 0
    try bytes.withUnsafeBytes { bytes in
      // Most numbers have one byte, or two; where eight of the first kind or four of the second follow, they are taken
      // at once.
      while done < count {
        if offset &+ 8 <= bytes.count {
          let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
          let continued = word & 0x8080_8080_8080_8080
          if continued == 0x0080_0080_0080_0080, done &+ 4 <= count {
            let value = (word & 0x007f_007f_007f_007f) | ((word & 0x7f00_7f00_7f00_7f00) >> 1)
            let four = SIMD4<UInt32>(truncatingIfNeeded: unsafeBitCast(value, to: SIMD4<UInt16>.self))
            UnsafeMutableRawPointer(numbers + done).storeBytes(of: four, as: SIMD4<UInt32>.self)
            total &+= Int(four.wrappedSum())
            done &+= 4
            offset &+= 8
          } else if continued == 0, done &+ 8 <= count {
            let eight = SIMD8<UInt32>(truncatingIfNeeded: unsafeBitCast(word, to: SIMD8<UInt8>.self))
            UnsafeMutableRawPointer(numbers + done).storeBytes(of: eight, as: SIMD8<UInt32>.self)
            total &+= Int(eight.wrappedSum())
            done &+= 8
            offset &+= 8
          } else if continued & 0x8080 != 0x8080 {
            let isLong = continued & 0x80 != 0
            let value = isLong ? UInt32(word & 0x7f | (word & 0x7f00) >> 1) : UInt32(word & 0x7f)
            numbers[done] = value
            total &+= Int(value)
            done &+= 1
            offset &+= isLong ? 2 : 1
          } else {
            let value = try integer(in: 0...min(max(0, limit - total), Int(UInt32.max)), what())
            numbers[done] = UInt32(value)
            total &+= value
            done &+= 1
          }
        } else {
          let value = try integer(in: 0...min(max(0, limit - total), Int(UInt32.max)), what())
          numbers[done] = UInt32(value)
          total &+= value
          done &+= 1
        }
      }
    }
    guard total <= limit else { throw malformed("expected \(what()) in 0...\(limit), found \(total)") }
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
