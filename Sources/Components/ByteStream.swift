import Files
import Foundation

/// Appends integers as bytes: 7 bits a byte, lowest first, the highest bit set where more follow (LEB128).
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ value: Int) {
    precondition(value >= 0, "negative numbers are not written")
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// A number that may be negative: zigzag.
  mutating func append(signed value: Int) { append(value >= 0 ? value << 1 : ~value << 1 | 1) }

  mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }
}

/// Reads what `ByteWriter` wrote. Nothing read is trusted.
struct ByteReader {
  private let bytes: [UInt8]
  private let path: String
  private var position = 0

  /// The most bytes that a number takes.
  static let longestNumber = 9

  /// - Parameter path: the file, for the error.
  init(_ bytes: [UInt8], path: String) {
    self.bytes = bytes
    self.path = path
  }

  var isAtEnd: Bool { position == bytes.count }

  /// What has not been read yet.
  var rest: ArraySlice<UInt8> { bytes[position...] }

  /// - Throws: `Fault.badData` when the bytes end early or the number is larger than `limit`.
  mutating func next(upTo limit: Int = .max) throws -> Int {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      guard position < bytes.count, shift < 63 else { throw damaged() }
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7f) << shift
      if byte & 0x80 == 0 { break }
      shift += 7
    }
    guard value <= UInt64(limit) else { throw damaged() }
    return Int(value)
  }

  /// A number written as signed.
  mutating func nextSigned() throws -> Int {
    let value = try next()
    return value & 1 == 0 ? value >> 1 : ~(value >> 1)
  }

  func damaged() -> Fault {
    .badData(
      "\(path) is damaged: expected the components of a block, found something else; remove the output and run the same command again"
    )
  }
}
