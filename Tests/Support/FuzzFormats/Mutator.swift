import Scratch

/// Changes bytes at random: what damage, truncation and malice do to files.
struct Mutator {
  var random: SeededNumbers

  /// Mostly one to three changes, sometimes many.
  ///
  /// - Parameter others: other valid inputs, from which pieces are spliced in.
  mutating func mutate(_ bytes: [UInt8], others: [[UInt8]]) -> [UInt8] {
    var result = bytes
    let count = chance(8) ? Int.random(in: 4...16, using: &random) : Int.random(in: 1...3, using: &random)
    for _ in 0..<count { change(&result, others) }
    return result
  }

  private mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &random) == 0 }

  private mutating func place(_ bytes: [UInt8], room: Int = 1) -> Int {
    Int.random(in: 0...max(0, bytes.count - room), using: &random)
  }

  private mutating func change(_ bytes: inout [UInt8], _ others: [[UInt8]]) {
    guard !bytes.isEmpty else {
      bytes = [UInt8.random(in: 0...255, using: &random)]
      return
    }
    switch Int.random(in: 0..<20, using: &random) {
    case 0...3: bytes[place(bytes)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 4...6: bytes[place(bytes)] = [0, 1, 0x7F, 0x80, 0xFE, 0xFF, 0x20, 0x0A].randomElement(using: &random)!
    case 7: bytes[place(bytes)] = UInt8.random(in: 0...255, using: &random)
    case 8: bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
    case 9: splice(&bytes, from: others.randomElement(using: &random) ?? bytes)
    case 10: cut(&bytes)
    case 11: repeatPart(&bytes)
    case 12...15: overwriteField(&bytes)
    default: replaceNumber(&bytes)
    }
  }

  private mutating func part(of bytes: [UInt8]) -> Range<Int> {
    let start = place(bytes)
    return start..<min(bytes.count, start + Int.random(in: 1...64, using: &random))
  }

  private mutating func splice(_ bytes: inout [UInt8], from other: [UInt8]) {
    let piece = other[part(of: other)]
    let start = place(bytes)
    bytes.replaceSubrange(start..<min(bytes.count, start + (chance(2) ? piece.count : 0)), with: piece)
  }

  private mutating func cut(_ bytes: inout [UInt8]) { bytes.removeSubrange(part(of: bytes)) }

  private mutating func repeatPart(_ bytes: inout [UInt8]) {
    let piece = Array(bytes[part(of: bytes)])
    let times = chance(10) ? 1000 : Int.random(in: 1...4, using: &random)
    bytes.insert(contentsOf: Array(repeating: piece, count: times).joined(), at: place(bytes))
  }

  /// A 16-, 32- or 64-bit number, mostly at a place where fields lie, becomes an extreme one in either byte order.
  private mutating func overwriteField(_ bytes: inout [UInt8]) {
    let width = [2, 4, 8].randomElement(using: &random)!
    guard bytes.count >= width else { return }
    var at = place(bytes, room: width)
    if !chance(4) { at -= at % 2 }
    let size = UInt64(bytes.count)
    var extremes: [UInt64] = [
      0, 1, 2, 255, 256, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x1_0000_0000, 1 << 40,
      UInt64(Int64.max), 1 << 63, .max, .max - 1, .max - 7,
    ]
    extremes += [size, size - 1, size + 1, UInt64(at), 0x7FC0_0000, 0x7F80_0000, 0x7FF0_0000_0000_0000]
    let value = extremes.randomElement(using: &random)!
    let isBigEndian = Bool.random(using: &random)
    for index in 0..<width {
      bytes[at + (isBigEndian ? width - 1 - index : index)] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
    }
  }

  /// A decimal number in a text becomes another.
  private mutating func replaceNumber(_ bytes: inout [UInt8]) {
    func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    guard let start = bytes[place(bytes, room: 1)...].firstIndex(where: isDigit) else { return }
    let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.endIndex
    let numbers = [
      "", "0", "-1", "1", "2", "3", "007", "65536", "2147483648", "4294967295", "4294967296", "1099511627776",
      "9223372036854775807", "9223372036854775808", "18446744073709551615", "99999999999999999999999", "1e9", "1e308",
      "1e999", "-0.5", "nan", "inf", "0x10", "null", "[]", "\"1\"", "true",
    ]
    bytes.replaceSubrange(start..<end, with: Array(numbers.randomElement(using: &random)!.utf8))
  }
}
