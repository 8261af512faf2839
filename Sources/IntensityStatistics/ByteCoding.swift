import Files
import Foundation

/// Appends integers as variable-length bytes: seven bits a byte, lowest first, the top bit set on all but the last.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func append(_ value: Int) { append(UInt64(value)) }

  mutating func append(raw: [UInt8]) { bytes += raw }

  /// Eight bytes, lowest first.
  mutating func append(fixed value: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(shift))) }
  }
}

/// Reads what `ByteWriter` wrote from bytes that are not trusted.
struct ByteReader {
  private let bytes: UnsafeRawBufferPointer
  private(set) var offset = 0
  private let end: Int
  /// The file, for messages.
  private let name: String

  init(_ bytes: UnsafeRawBufferPointer, end: Int, name: String) {
    self.bytes = bytes
    self.end = end
    self.name = name
  }

  var isAtEnd: Bool { offset == end }

  func malformed(_ what: String) -> Fault {
    .badData("\(name) is damaged: \(what) at byte \(offset); write it again with `sheaf tile`")
  }

  mutating func unsigned() throws -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      guard offset < end else { throw malformed("the file ends inside a number") }
      let byte = bytes[offset]
      guard shift < 63 || byte <= 1 else { throw malformed("a number has more than 64 bits") }
      offset += 1
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
  }

  /// A number expected in `range`.
  mutating func integer(in range: ClosedRange<Int>, _ what: String) throws -> Int {
    let value = try unsigned()
    guard let integer = Int(exactly: value), range.contains(integer) else {
      throw malformed("expected \(what) in \(range.lowerBound)...\(range.upperBound), found \(value)")
    }
    return integer
  }

  mutating func raw(_ count: Int) throws -> [UInt8] {
    guard count <= end - offset else { throw malformed("the file ends early") }
    defer { offset += count }
    return Array(bytes[offset..<(offset + count)])
  }
}

/// The 64-bit FNV-1a hash of bytes (Fowler, Noll, Vo), taken over words of eight: enough to notice damage.
package func checksum(of bytes: UnsafeRawBufferPointer) -> UInt64 {
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  var offset = 0
  while offset + 8 <= bytes.count {
    hash =
      (hash ^ UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
      &* 0x100_0000_01b3
    hash ^= hash >> 32
    offset += 8
  }
  while offset < bytes.count {
    hash = (hash ^ UInt64(bytes[offset])) &* 0x100_0000_01b3
    offset += 1
  }
  return hash
}
