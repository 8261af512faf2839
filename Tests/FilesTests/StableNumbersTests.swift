import Files
import Foundation
import Testing

/// Hashes, random numbers and byte coding that files, corpora, phantoms and training samples depend on: they must never
/// change. The expected numbers come from the definitions, computed by another program.
@Suite struct StableNumbersTests {
  @Test func fnv1aIsFixed() {
    #expect(fnv1a([]) == 0xcbf2_9ce4_8422_2325)
    #expect(fnv1a("a".utf8) == 0xaf63_dc4c_8601_ec8c)
    #expect(fnv1a("foobar".utf8) == 0x8594_4171_f739_67e8)
    #expect(fnv1a([UInt8](0...255)) == 0x4242_dc52_49c3_3625)
    #expect(fnv1a("bar".utf8, seed: fnv1a("foo".utf8)) == fnv1a("foobar".utf8))
  }

  @Test func fnv1aOfWordsIsFixed() {
    func hash(_ bytes: [UInt8]) -> UInt64 { bytes.withUnsafeBytes { fnv1aOfWords($0) } }
    #expect(hash([]) == 0xcbf2_9ce4_8422_2325)
    #expect(hash(Array("a".utf8)) == 0xaf63_dc4c_8601_ec8c)
    #expect(hash(Array("12345678".utf8)) == 0x49f2_564e_64f2_52b2)
    #expect(hash(Array("123456789".utf8)) == 0x991b_3235_87c2_4231)
    #expect(hash([UInt8](0...255)) == 0xef6e_4a8f_a3b7_7b9e)
  }

  @Test(
    arguments: [
      (0, [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4, 0x06c4_5d18_8009_454f]),
      (1, [0x910a_2dec_8902_5cc1, 0xbeeb_8da1_658e_ec67, 0xf893_a2ee_fb32_555e]),
      (UInt64.max, [0xe4d9_7177_1b65_2c20, 0xe99f_f867_dbf6_82c9, 0x382f_f84c_b272_81e9]),
    ] as [(UInt64, [UInt64])])
  func splitMix64IsFixed(seed: UInt64, expected: [UInt64]) {
    var generator = RandomStream(splitMix64: seed)
    #expect(expected.map { _ in generator.next() } == expected)
    #expect(SplitMix64.mix(seed &+ SplitMix64.increment) == expected[0])
  }

  @Test func randomStreamsAreFixed() {
    var plain = RandomStream(seed: 0)
    #expect([plain.next(), plain.next()] == [0x5b21_f68f_fa77_f14c, 0xacf0_460c_6cc0_9c67])
    var named = RandomStream(seed: 7, name: "block mask")
    #expect([named.next(), named.next()] == [0x479e_aa1c_0460_6dc1, 0x0f8f_eec1_f24a_77ba])
    var other = RandomStream(seed: 1 << 63, name: "fold of ä")
    #expect(other.next() == 0x4bb6_da4a_fc4f_a99c)
    var uniform = RandomStream(seed: 3, name: "u")
    #expect([uniform.uniform(), uniform.uniform()] == [0.2417000753097408, 0.013122336840035942])
    var integers = RandomStream(seed: 3, name: "i")
    #expect((0..<6).map { _ in integers.integer(below: 1000) } == [470, 256, 271, 487, 43, 452])
    var normal = RandomStream(seed: 5, name: "n")
    #expect(abs(normal.normal() - 0.9103767325865544) < 1e-14)
    #expect(abs(normal.normal() + 1.267035976828683) < 1e-14)
  }

  /// Keys and draws as released versions computed them: each position of a crop, each augmentation depends on them.
  @Test func keysAndSampleStreamsAreFixed() {
    var key = FixedHash(seed: 5)
    key.combine(9)
    key.combine(UInt64.max)
    #expect(key.value == 0xf0bb_edbe_ad08_98c6)
    #expect(FixedHash(seed: 0).value == 0xe220_a839_7b1d_cdaf && FixedHash(seed: 1).value == 0x910a_2dec_8902_5cc1)
    var crop = FixedHash(seed: 7)
    crop.combine(3)
    crop.combine(11)
    var chained = RandomStream(chainedFrom: crop)
    #expect([chained.next(), chained.next()] == [0x426c_8cf4_180b_48b3, 0x6492_7d3c_9416_3cd1])
    chained = RandomStream(chainedFrom: crop)
    #expect([10, 1000, 1, 1 << 40].map { chained.scaled(below: $0) } == [2, 392, 0, 137_087_750_028])
    var keyed = RandomStream(seed: 1, numbers: [2, 3, 1])
    #expect([keyed.next(), keyed.next()] == [0xdf00_cc8f_361e_8a1c, 0xa446_5db3_783f_3e33])
    keyed = RandomStream(seed: .max, numbers: [.max, 5, 6])
    #expect(keyed.next() == 0x380a_8470_97ab_6870)
  }

  @Test func numbersGoBothWays() throws {
    let unsigned: [UInt64] = [0, 1, 127, 128, 300, 16383, 16384, 1 << 62, 1 << 63, .max]
    let signed = [0, -1, 1, 63, -64, 64, -65, .max, .min]
    var writer = ByteWriter()
    for value in unsigned { writer.append(value) }
    for value in signed { writer.append(signed: value) }
    writer.append(fixed: UInt32(0x0102_0304))
    writer.append(raw: [9, 8])
    var reader = ByteReader(writer.bytes, name: "test", remedy: "nothing helps")
    for value in unsigned { #expect(try reader.unsigned() == value) }
    for value in signed { #expect(try reader.signed() == value) }
    #expect(try reader.raw(4) == [4, 3, 2, 1])
    #expect(Array(reader.rest) == [9, 8] && !reader.isAtEnd)
    #expect(try reader.integer(in: 0...9, "a number") == 9)
    let fault = #expect(throws: Fault.self) { try reader.integer(in: 0...7, "a number") }
    #expect(fault?.message.hasPrefix("test is damaged: expected a number in 0...7, found 8 at byte") == true)
    #expect(throws: Fault.self) { try reader.unsigned() }
    #expect(throws: Fault.self) { try reader.raw(1) }
  }

  @Test func variableLengthIsFixed() {
    var writer = ByteWriter()
    writer.append(300)
    writer.append(UInt64.max)
    writer.append(signed: -65)
    #expect(writer.bytes == [0xAC, 0x02] + [UInt8](repeating: 0xFF, count: 9) + [0x01, 0x81, 0x01])
    // Eleven bytes, or more than 64 bits in ten.
    for bytes in [[UInt8](repeating: 0x80, count: 11), [UInt8](repeating: 0xFF, count: 9) + [0x02]] {
      var reader = ByteReader(bytes, name: "test", remedy: "")
      #expect(throws: Fault.self) { try reader.unsigned() }
    }
  }

  @Test func paddedNumbers() {
    #expect(zeroPadded(7, 3) == "007" && zeroPadded(1234, 3) == "1234" && zeroPadded(0, 1) == "0")
    #expect(hexadecimal(UInt32(0xAB)) == "000000ab" && hexadecimal(UInt64.max) == "ffffffffffffffff")
  }

  /// Numbers that are read several at once are those that were written, wherever the data ends.
  @Test func countsAreReadAsTheyWereWritten() throws {
    var random = RandomStream(seed: 4)
    for round in 0..<200 {
      let numbers = (0..<(1 + round % 40)).map { _ -> UInt64 in
        let bits = [7, 7, 7, 14, 14, 21, 28, 32][random.scaled(below: round % 2 == 0 ? 8 : 5)]
        return random.next() >> UInt64(64 - bits)
      }
      var writer = ByteWriter()
      for number in numbers { writer.append(number) }
      for number in numbers { writer.append(number << 32 | number) }
      var reader = ByteReader(writer.bytes, name: "test", remedy: "none")
      var found = [UInt32](repeating: 7, count: numbers.count + 1)
      let sum = numbers.reduce(0, +)
      let total = try reader.read(numbers.count, atMost: Int(sum), to: &found, "a count")
      #expect(total == Int(sum) && found.dropLast().elementsEqual(numbers.map(UInt32.init)) && found.last == 7)
      for number in numbers { #expect(try reader.unsigned() == number << 32 | number) }
      #expect(reader.isAtEnd)
      if sum > 0 {
        var again = ByteReader(writer.bytes, name: "test", remedy: "none")
        #expect(throws: Fault.self) { try again.read(numbers.count, atMost: Int(sum) - 1, to: &found, "a count") }
      }
      var cut = ByteReader(Array(writer.bytes.prefix(numbers.count - 1)), name: "test", remedy: "none")
      #expect(throws: Fault.self) { try cut.read(numbers.count, atMost: .max, to: &found, "a count") }
    }
  }
}
