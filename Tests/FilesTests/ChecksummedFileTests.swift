import Files
import Foundation
import Scratch
import Testing

@Suite struct ChecksummedFileTests {
  @Test func everyBitIsGuarded() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.file("file")
    let payload = Data((0..<100).map { UInt8($0 * 7 & 0xff) })
    try publishChecksummed(payload, to: path)
    #expect(try ChecksummedFile.contents(of: path, limit: 100) == payload)
    #expect(try ChecksummedFile(path).hasChecksum)
    let whole = try readWholeFile(path)
    #expect(whole.count == 124)
    for bit in 0..<(whole.count * 8) {
      var damaged = whole
      damaged[bit / 8] ^= 1 << (bit % 8)
      try publish(damaged, to: path)
      #expect(try ChecksummedFile.damage(path)?.contains("its checksum is wrong") == true, "bit \(bit)")
    }
  }

  /// Written out of order and beyond what one read takes.
  @Test func whatWasWrittenInAnyOrderIsCovered() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.file("file")
    let pending = try PendingFile(path)
    try [UInt8](repeating: 3, count: 10).withUnsafeBytes { try pending.write($0, at: (3 << 20) + 5) }
    try [UInt8](repeating: 4, count: 10).withUnsafeBytes { try pending.write($0, at: 0) }
    try pending.publishChecksummed()
    let file = try ChecksummedFile(path)
    #expect(file.size == (3 << 20) + 15)
    #expect(try [UInt8](file.read(at: file.size - 1, count: 1)) == [3])
    #expect(throws: Fault.self) { try file.read(at: file.size, count: 1) }
  }

  @Test func filesOfOlderVersionsAreRead() throws {
    let scratch = try ScratchDirectory()
    for count in [0, 3, 24, 1000] {
      let path = scratch.file("old\(count)")
      try publish(Data(repeating: 9, count: count), to: path)
      let file = try ChecksummedFile(path)
      #expect(!file.hasChecksum && file.size == count)
      #expect(try ChecksummedFile.damage(path) == nil)
    }
    #expect(try ChecksummedFile.damage(scratch.file("none"))?.hasSuffix("is missing") == true)
  }
}
