import Files
import Foundation
import Voxels

/// The header of an NRRD file: lines of `field: value` up to an empty line (Teem, "Definition of NRRD File Format").
struct NRRDHeader: Equatable {
  enum Encoding: String { case raw, text, hex, gzip, bzip2 }

  var stored: StoredType
  /// Nil where the header does not say.
  var isBigEndian: Bool?
  var encoding: Encoding
  /// Sizes per axis, fastest first.
  var sizes: [Int]
  var lineSkip: Int
  /// Bytes to skip before the voxels; −1 means that they are at the end of the file.
  var byteSkip: Int
  /// Names of the files with the voxels; empty when they follow the header.
  var dataFiles: [String]
  /// Offset of the end of the header.
  var byteCount: Int
  /// All fields, by lower-case name.
  var fields: [String: String]

  /// Longer headers are rejected; a list of files may be this long.
  static let longest = 1 << 22
  /// As many as the format allows.
  private static let mostAxes = 16

  static func matches(_ head: [UInt8]) -> Bool { head.starts(with: Array("NRRD00".utf8)) }

  /// - Parameter head: the first `longest` bytes of the file, or the whole file if it is shorter.
  /// - Throws: `Fault.badData`, naming the invalid field.
  init(_ head: [UInt8], path: String) throws {
    func damage(_ expected: String, _ found: String) -> Fault {
      Fault.badData("\(path) is damaged: expected \(expected) in the NRRD header, found \(found)")
    }
    var fields: [String: String] = [:]
    var list: [String]?
    var position = 0
    var isFirst = true
    while position < head.count {
      let end = head[position...].firstIndex(of: 10)
      let bytes = head[position..<(end ?? head.count)]
      position = end.map { $0 + 1 } ?? head.count
      let line = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
      if isFirst {
        isFirst = false
        continue
      }
      if line.isEmpty { break }
      if list != nil {
        list?.append(line)
        continue
      }
      // `key:=value` is the user's own.
      guard !line.hasPrefix("#"), let colon = line.firstIndex(of: ":"),
        line.index(after: colon) == line.endIndex || line[line.index(after: colon)] != "="
      else { continue }
      let name = line[..<colon].trimmingCharacters(in: .whitespaces).lowercased()
      let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
      fields[name.filter { $0 != " " || !["data file", "line skip", "byte skip"].contains(name) }] = value
      if name == "data file" || name == "datafile", value.hasPrefix("LIST") { list = [] }
    }
    byteCount = position
    self.fields = fields
    func number(_ name: String, default missing: Int?) throws -> Int {
      guard let text = fields[name] else {
        guard let missing else { throw damage("a number for \(name)", "none") }
        return missing
      }
      guard let value = Int(text) else { throw damage("a number for \(name)", "\"\(text)\"") }
      return value
    }
    let axes = try number("dimension", default: nil)
    guard (1...Self.mostAxes).contains(axes) else { throw damage("1 to \(Self.mostAxes) axes", "\(axes)") }
    let sizes = (fields["sizes"] ?? "").split(whereSeparator: \.isWhitespace).map { Int($0) ?? 0 }
    guard sizes.count == axes, sizes.allSatisfy({ $0 > 0 }) else {
      throw damage("\(axes) sizes above zero", fields["sizes"] ?? "none")
    }
    self.sizes = sizes
    let type = (fields["type"] ?? "none").lowercased()
    guard let stored = Self.storedType(type) else {
      throw Fault.badData(
        "\(path) holds voxels of the NRRD type \(type): expected integers of 8 to 64 bits or floats of 32 or 64; convert it first"
      )
    }
    self.stored = stored
    let encoding: Encoding? =
      switch (fields["encoding"] ?? "none").lowercased() {
      case "raw": .raw
      case "txt", "text", "ascii": .text
      case "hex": .hex
      case "gz", "gzip": .gzip
      case "bz2", "bzip2": .bzip2
      default: nil
      }
    guard let encoding else {
      throw damage("raw, gzip, bzip2, text or hex for encoding", fields["encoding"] ?? "none")
    }
    self.encoding = encoding
    isBigEndian = try fields["endian"].map {
      guard ["little", "big"].contains($0.lowercased()) else { throw damage("little or big for endian", $0) }
      return $0.lowercased() == "big"
    }
    lineSkip = try number("lineskip", default: 0)
    byteSkip = try number("byteskip", default: 0)
    guard lineSkip >= 0, byteSkip >= -1, byteSkip >= 0 || encoding == .raw, lineSkip == 0 || byteSkip >= 0 else {
      throw damage("counts of lines and bytes to skip", "\(lineSkip) and \(byteSkip)")
    }
    dataFiles = try list ?? Self.dataFiles(fields["datafile"], path)
  }

  /// A name, or a pattern followed by first, last and step.
  private static func dataFiles(_ text: String?, _ path: String) throws -> [String] {
    guard let text else { return [] }
    let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    guard text.contains("%"), words.count >= 4, let first = Int(words[1]), let last = Int(words[2]),
      let step = Int(words[3])
    else { return [text] }
    return try DataFileNames.names(words[0], (first, last, step), path: path)
  }

  private static func storedType(_ name: String) -> StoredType? {
    switch name {
    case "signed char", "int8", "int8_t": .int8
    case "uchar", "unsigned char", "uint8", "uint8_t": .uint8
    case "short", "short int", "signed short", "signed short int", "int16", "int16_t": .int16
    case "ushort", "unsigned short", "unsigned short int", "uint16", "uint16_t": .uint16
    case "int", "signed int", "int32", "int32_t": .int32
    case "uint", "unsigned int", "uint32", "uint32_t": .uint32
    case "longlong", "long long", "long long int", "signed long long", "signed long long int", "int64", "int64_t":
      .int64
    case "ulonglong", "unsigned long long", "unsigned long long int", "uint64", "uint64_t": .uint64
    case "float": .float32
    case "double": .float64
    default: nil
    }
  }
}
