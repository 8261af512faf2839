import Files

/// The offsets of the directories (pages) of a TIFF file.
///
/// Classic TIFF: 2-byte count, 12 bytes per entry, 4-byte offset of the next directory (TIFF 6.0, section 2); BigTIFF:
/// 8, 20 and 8. Only the links are followed here, because libtiff would read every tag of every page on the way to the
/// last one.
enum TIFFDirectoryChain {
  /// - Throws: `Fault.badData` for links that point outside the file or form a cycle.
  static func offsets(in path: String) throws -> [UInt64] {
    let numbers = try TIFFNumbers(path)
    let isBig = numbers.isBig
    func number(_ offset: UInt64, _ count: Int) throws -> UInt64 {
      guard let position = Int(exactly: offset), position <= numbers.file.size - count else {
        throw Fault.badData(
          "\(path) is truncated or damaged: expected the directory of a page at offset \(offset), but the file has \(numbers.file.size) bytes"
        )
      }
      return try numbers.unsigned(at: position, byteCount: count)
    }
    var next = isBig ? try number(8, 8) : try number(4, 4)
    var offsets: [UInt64] = []
    var seen: Set<UInt64> = []
    while next != 0 {
      guard seen.insert(next).inserted else {
        throw Fault.badData(
          "\(path) is damaged: expected a chain of pages, found a cycle after page \(offsets.count)")
      }
      offsets.append(next)
      let entries = try number(next, isBig ? 8 : 2)
      let (length, overflow) = entries.multipliedReportingOverflow(by: isBig ? 20 : 12)
      let (end, overflow2) = next.addingReportingOverflow(length)
      let (link, overflow3) = end.addingReportingOverflow(isBig ? 8 : 2)
      guard !overflow, !overflow2, !overflow3 else {
        throw Fault.badData(
          "\(path) is damaged: expected a directory at offset \(next), found one of \(entries) entries")
      }
      next = try number(link, isBig ? 8 : 4)
    }
    guard !offsets.isEmpty else { throw Fault.badData("\(path) is damaged: expected at least one page, found none") }
    return offsets
  }
}
