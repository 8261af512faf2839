/// The members of a zip archive, from its central directory (PKWARE, APPNOTE.TXT 4.3), with ZIP64.
package struct ZipDirectory {
  package struct Member: Equatable, Sendable {
    package var name: String
    /// 0 stored, 8 deflate.
    package var method: Int
    package var compressedByteCount: Int
    package var byteCount: Int
    /// Offset of its local header.
    package var offset: Int
    /// CRC-32 of the decoded bytes.
    package var checksum: UInt32
    package var isEncrypted: Bool
  }

  package var members: [Member] = []

  private enum Signature {
    static let (end, end64, locator64, member, local) = (
      0x0605_4B50, 0x0606_4B50, 0x0706_4B50, 0x0201_4B50, 0x0403_4B50
    )
  }

  /// Larger directories are rejected.
  private static let longest = 256 << 20

  package static func matches(_ head: [UInt8]) -> Bool { head.starts(with: [0x50, 0x4B, 3, 4]) }

  /// - Throws: `Fault.badData` when the archive is damaged.
  package init(_ file: ReadableFile) throws {
    let path = file.path
    func damage(_ found: String) -> Fault {
      Fault.badData("\(path) is truncated or damaged: expected the directory of a zip archive, found \(found)")
    }
    let tail = HeaderBytes(bytes: [UInt8](try file.read(at: max(0, file.size - 66_000), count: min(file.size, 66_000))))
    guard tail.bytes.count >= 22,
      let end = stride(from: tail.bytes.count - 22, through: 0, by: -1).first(where: { tail.int32($0) == Signature.end }
      )
    else { throw damage("none at its end") }
    var count = tail.int16(end + 10) & 0xFFFF
    var size = tail.int32(end + 12) & 0xFFFF_FFFF
    var start = tail.int32(end + 16) & 0xFFFF_FFFF
    if start == 0xFFFF_FFFF || size == 0xFFFF_FFFF || count == 0xFFFF, end >= 20,
      tail.int32(end - 20) == Signature.locator64
    {
      let place = tail.int64(end - 20 + 8)
      guard place >= 0, place <= file.size - 56 else { throw damage("a ZIP64 record outside the file") }
      let record = HeaderBytes(bytes: [UInt8](try file.read(at: place, count: 56)))
      guard record.int32(0) == Signature.end64 else { throw damage("no ZIP64 record") }
      (count, size, start) = (record.int64(32), record.int64(40), record.int64(48))
    }
    guard size >= 0, start >= 0, size <= Self.longest, start <= file.size, size <= file.size - start else {
      throw damage("one of \(size) bytes at offset \(start)")
    }
    let directory = HeaderBytes(bytes: [UInt8](try file.read(at: start, count: size)))
    var position = 0
    while size - position >= 46, directory.int32(position) == Signature.member {
      let (nameLength, extraLength, commentLength) = (
        directory.int16(position + 28) & 0xFFFF, directory.int16(position + 30) & 0xFFFF,
        directory.int16(position + 32) & 0xFFFF
      )
      let next = position + 46 + nameLength + extraLength + commentLength
      guard next <= size else { throw damage("a member that ends outside it") }
      let name = directory.bytes[(position + 46)..<(position + 46 + nameLength)]
      var member = Member(
        name: String(decoding: name, as: UTF8.self), method: directory.int16(position + 10),
        compressedByteCount: directory.int32(position + 20) & 0xFFFF_FFFF,
        byteCount: directory.int32(position + 24) & 0xFFFF_FFFF, offset: directory.int32(position + 42) & 0xFFFF_FFFF,
        checksum: UInt32(truncatingIfNeeded: directory.int32(position + 16)),
        isEncrypted: directory.int16(position + 8) & 1 != 0)
      Self.takeZIP64(&member, directory, (position + 46 + nameLength)..<(next - commentLength))
      members.append(member)
      position = next
    }
    // A shorter list would make files disappear, which in a Zarr store means zeros.
    guard members.count & 0xFFFF == count & 0xFFFF, position == size else {
      throw damage("\(members.count) of \(count) members in it")
    }
  }

  /// Sizes and offset of more than 32 bits stand in the extra field 1, in this order, where they are all ones.
  private static func takeZIP64(_ member: inout Member, _ directory: HeaderBytes, _ extra: Range<Int>) {
    var position = extra.lowerBound
    while extra.upperBound - position >= 4 {
      let (kind, length) = (directory.int16(position) & 0xFFFF, directory.int16(position + 2) & 0xFFFF)
      var value = position + 4
      let end = value + length
      guard end <= extra.upperBound else { return }
      func next() -> Int? {
        guard end - value >= 8 else { return nil }
        value += 8
        return directory.int64(value - 8)
      }
      if kind == 1 {
        if member.byteCount == 0xFFFF_FFFF, let found = next() { member.byteCount = found }
        if member.compressedByteCount == 0xFFFF_FFFF, let found = next() { member.compressedByteCount = found }
        if member.offset == 0xFFFF_FFFF, let found = next() { member.offset = found }
      }
      position = end
    }
  }

  /// Offset of the first byte of a member's data, and of the byte after the last.
  ///
  /// - Throws: `Fault.badData` when they lie outside the file.
  package static func data(of member: Member, in file: ReadableFile) throws -> Range<Int> {
    func damage() -> Fault {
      Fault.badData(
        "\(file.path) is truncated or damaged: expected \(member.name) inside the archive, found none there")
    }
    guard member.offset >= 0, member.offset <= file.size - 30 else { throw damage() }
    let local = HeaderBytes(bytes: [UInt8](try file.read(at: member.offset, count: 30)))
    guard local.int32(0) == Signature.local else { throw damage() }
    let start = member.offset + 30 + (local.int16(26) & 0xFFFF) + (local.int16(28) & 0xFFFF)
    guard start <= file.size, member.compressedByteCount >= 0, member.compressedByteCount <= file.size - start else {
      throw damage()
    }
    return start..<(start + member.compressedByteCount)
  }
}
