import Files
import Foundation

/// The checksum of a safetensors file that Sheaf wrote, in its metadata, where readers that do not know it pass it over.
///
/// 1. `sheaf.crc32c` is the CRC-32C of the whole file, with zeros in place of the eight digits of this value.
/// 2. `sheaf.checked` says that there is a checksum: damage to the name of either entry does not make the file look like
///    one that never had any, as those of earlier versions and of other programs.
enum SafetensorsChecksum {
  private static let key = "sheaf.crc32c"
  private static let sign = "sheaf.checked"
  private static let digitCount = 8
  private static let zeros = Data(repeating: UInt8(ascii: "0"), count: digitCount)

  /// What a file that is being written has in its metadata, until its bytes are known.
  static let placeholders = [key: "0x00000000", sign: "CRC-32C"]
  static let keys: Set = [key, sign]

  /// Where a header has the digits. Only the metadata have this text, since every quotation mark within a text is
  /// escaped.
  static func digits(in header: Data) -> Range<Int>? {
    guard let found = header.range(of: Data("\"\(key)\":\"0x".utf8)), found.upperBound + digitCount <= header.endIndex
    else { return nil }
    return found.upperBound..<(found.upperBound + digitCount)
  }

  static func text(_ checksum: UInt32) -> Data { Data(hexadecimal(checksum).utf8) }

  /// Reads the whole file and compares it with its checksum, if it has one.
  ///
  /// - Parameters:
  ///   - dataStart: the end of the header in the file.
  ///   - metadata: as in the header.
  static func check(_ file: ReadableFile, dataStart: Int, metadata: [String: String]) throws {
    if keys.isDisjoint(with: metadata.keys) { return }
    var start = try file.read(at: 0, count: dataStart)
    guard metadata[sign] != nil, let expected = metadata[key], let digits = digits(in: start) else {
      throw SafetensorsDamage.noChecksum
    }
    start.replaceSubrange(digits, with: zeros)
    let checksum = try file.checksum(of: dataStart..<file.size, continuing: crc32c(start))
    // As text: digits that differ only in case are damage too.
    let found = "0x" + hexadecimal(checksum)
    guard found == expected else { throw SafetensorsDamage.wrongChecksum(expected: expected, found: found) }
  }
}
