import Codecs
import Files
import Foundation
import Testing

@Suite struct ChecksumTests {
  /// RFC 3720, B.4, and the check value of the CRC catalogue.
  @Test func checksumsAreCastagnoli() {
    #expect(crc32c(Data("123456789".utf8)) == 0xe306_9283)
    #expect(crc32c(Data(repeating: 0, count: 32)) == 0x8a91_36aa)
    #expect(crc32c(Data(repeating: 0xff, count: 32)) == 0x62a8_ab43)
    #expect(crc32c(Data(0..<32)) == 0x46dd_794e)
    #expect(crc32c(Data()) == 0)
  }

  /// From Fletcher's definition, by hand: 0x6162 + 0x6364 = 0xC4C6; 0x6162 + 0xC4C6 = 0x12628, folded 0x2629.
  @Test func fletcher32OfKnownBytes() {
    #expect(Array("abcd".utf8).withUnsafeBytes { fletcher32($0) } == 0x2629_C4C6)
    // An odd byte is the high half of a word.
    #expect([0x61].withUnsafeBytes { fletcher32(UnsafeRawBufferPointer(rebasing: $0.prefix(1))) } != 0)
  }

  @Test func fletcher32AcceptsBothByteOrdersOfItsHalves() throws {
    let data = [UInt8](repeating: 0xF1, count: 100_001)
    let checksum = data.withUnsafeBytes { fletcher32($0) }
    let exchanged = (checksum & 0x00FF_00FF) << 8 | (checksum >> 8) & 0x00FF_00FF
    for stored in [checksum, exchanged] {
      let bytes = data + withUnsafeBytes(of: stored.littleEndian) { Array($0) }
      #expect(try decoded(Fletcher32Codec(), bytes, limit: data.count) == data)
    }
    #expect(throws: CodecError.self) { try decoded(Fletcher32Codec(), data + [1, 0, 0, 0], limit: data.count) }
    #expect(throws: CodecError.self) { try decoded(Fletcher32Codec(), [1, 2, 3], limit: 3) }
  }
}
