import Files
import Foundation

/// The tags of one directory (page) as they stand in the file.
///
/// libtiff drops what it does not know and all but the first of several tags of one number; microscopes' programs keep
/// their metadata in such tags, and tifffile writes a second ImageDescription.
struct TIFFTags: Sendable {
  private struct Entry {
    var tag: Int
    var type: Int
    var count: Int
    /// Offset of the first value.
    var offset: Int
  }

  let numbers: TIFFNumbers
  private let entries: [Entry]

  /// Bytes of one value, by type number (TIFF 6.0, section 2; BigTIFF: 16 to 18).
  private static let sizes = [
    1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4,
    16: 8, 17: 8, 18: 8,
  ]

  /// - Throws: `Fault.badData` when the directory lies outside the file.
  init(_ numbers: TIFFNumbers, at offset: UInt64) throws {
    self.numbers = numbers
    let start = Int(clamping: offset)
    let (lengthOfCount, lengthOfEntry, lengthOfNumber) = numbers.isBig ? (8, 20, 8) : (2, 12, 4)
    let count = Int(clamping: try numbers.unsigned(at: start, byteCount: lengthOfCount))
    guard count <= 1 << 16, count * lengthOfEntry <= numbers.file.size - start - lengthOfCount else {
      throw Fault.badData(
        "\(numbers.file.path) is truncated or damaged: expected a directory at offset \(offset), found one of \(count) entries"
      )
    }
    let bytes = [UInt8](try numbers.file.read(at: start + lengthOfCount, count: count * lengthOfEntry))
    func number(_ position: Int, _ byteCount: Int) -> UInt64 {
      let part = bytes[position..<(position + byteCount)]
      return (numbers.isBigEndian ? Array(part) : part.reversed()).reduce(0) { $0 << 8 | UInt64($1) }
    }
    entries = try (0..<count).compactMap { index in
      let position = index * lengthOfEntry
      let type = Int(number(position + 2, 2))
      let values = Int(clamping: number(position + 4, lengthOfNumber))
      guard let size = Self.sizes[type] else { return nil }
      let (length, overflow) = values.multipliedReportingOverflow(by: size)
      let place = position + 4 + lengthOfNumber
      // Short values stand in the place of their offset.
      let isInline = !overflow && length <= lengthOfNumber
      let offset =
        isInline
        ? start + lengthOfCount + place
        : Int(clamping: try numbers.unsigned(at: start + lengthOfCount + place, byteCount: lengthOfNumber))
      return Entry(tag: Int(number(position, 2)), type: type, count: values, offset: offset)
    }
  }

  func has(_ tag: Int) -> Bool { entries.contains { $0.tag == tag } }

  /// The number of values of a tag; 0 when it is absent.
  func count(_ tag: Int) -> Int { entries.first { $0.tag == tag }?.count ?? 0 }

  /// Where the values of a tag begin, and how many bytes they have; nil when it is absent or they are not in the file.
  func place(_ tag: Int) -> (offset: Int, byteCount: Int)? {
    guard let entry = entries.first(where: { $0.tag == tag }) else { return nil }
    let (length, overflow) = entry.count.multipliedReportingOverflow(by: Self.sizes[entry.type] ?? 1)
    guard !overflow, entry.offset <= numbers.file.size, length <= numbers.file.size - entry.offset else { return nil }
    return (entry.offset, length)
  }

  /// The first value of a tag of whole numbers.
  func integer(_ tag: Int) -> Int? {
    guard let entry = entries.first(where: { $0.tag == tag }), entry.count > 0,
      [1, 3, 4, 13, 16, 18].contains(entry.type),
      let size = Self.sizes[entry.type], let value = try? numbers.unsigned(at: entry.offset, byteCount: size)
    else { return nil }
    return Int(exactly: value)
  }

  /// The first value of a tag of unsigned fractions.
  func fraction(_ tag: Int) -> Double? {
    guard let entry = entries.first(where: { $0.tag == tag }), entry.count > 0, entry.type == 5 else { return nil }
    return try? numbers.fraction(at: entry.offset)
  }

  /// All texts of a tag, each up to its first NUL; those that are not UTF-8 are read as Latin-1, which ImageJ writes.
  func texts(_ tag: Int, limit: Int) -> [String] {
    entries.filter { $0.tag == tag && [1, 2, 7].contains($0.type) && $0.count <= limit }.compactMap { entry in
      guard let bytes = try? numbers.file.read(at: entry.offset, count: entry.count) else { return nil }
      return decodedText(bytes.prefix { $0 != 0 })
    }
  }

  func text(_ tag: Int) -> String { texts(tag, limit: 1 << 24).first ?? "" }
}

extension TIFFNumbers {
  /// Numerator and denominator of 4 bytes each; nil when the denominator is 0.
  func fraction(at offset: Int) throws -> Double? {
    let (above, below) = (try unsigned(at: offset, byteCount: 4), try unsigned(at: offset + 4, byteCount: 4))
    return below == 0 ? nil : Double(above) / Double(below)
  }
}

/// UTF-8, or Latin-1 where it is not valid UTF-8.
func decodedText(_ bytes: Data) -> String {
  String(validating: bytes, as: UTF8.self) ?? String(data: bytes, encoding: .isoLatin1) ?? ""
}
