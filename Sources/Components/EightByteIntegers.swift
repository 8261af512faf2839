import Foundation

/// Non-negative integers in 8 bytes each, little-endian, so that the position of each is known.
enum EightByteIntegers {
  static let width = 8

  static func encode(_ numbers: some Collection<Int>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(numbers.count * width)
    for number in numbers { withUnsafeBytes(of: UInt64(number).littleEndian) { bytes.append(contentsOf: $0) } }
    return bytes
  }

  /// - Returns: one number for every 8 bytes; nil when one is beyond `limit`.
  static func decode(_ bytes: some ContiguousBytes, upTo limit: Int = .max) -> [Int]? {
    bytes.withUnsafeBytes { bytes in
      var numbers: [Int] = []
      numbers.reserveCapacity(bytes.count / width)
      for start in stride(from: 0, to: bytes.count - bytes.count % width, by: width) {
        let number = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self))
        guard number <= UInt64(limit) else { return nil }
        numbers.append(Int(number))
      }
      return numbers
    }
  }
}
