import Foundation

/// A file that ends with a checksum of itself, as Sheaf writes what it keeps only until a command is done: damage is
/// found before anything is taken from the file, and costs the unit that wrote it.
///
/// After the contents come 24 bytes, little-endian: `SHEAFCRC`, the number of bytes before (uint64), their CRC-32C
/// (uint32), and the CRC-32C of these 20 bytes (uint32). Files of older versions, which have none of that, are read as
/// they are.
package struct ChecksummedFile: Sendable {
  private static let magic = Array("SHEAFCRC".utf8)
  package static let trailerInBytes = 24

  private let file: ReadableFile
  /// The number of bytes without the checksum.
  package let size: Int
  /// Whether the file has a checksum; one of an older version has none.
  package let hasChecksum: Bool
  package var path: String { file.path }

  /// Reads the whole file once, piecewise, and compares its checksum.
  ///
  /// - Parameter verifying: false for a file that was verified before.
  /// - Throws: `Fault.badData` when it is damaged, `Fault.noInput` when it is missing.
  package init(_ path: String, verifying: Bool = true) throws {
    file = try ReadableFile(path)
    guard let trailer = try ChecksummedFile.trailer(of: file) else {
      (size, hasChecksum) = (file.size, false)
      return
    }
    size = file.size - ChecksummedFile.trailerInBytes
    hasChecksum = true
    guard trailer.isSound, try !verifying || file.checksum(of: 0..<size) == trailer.checksum else {
      throw Fault.badData(
        "\(path) is damaged: its checksum is wrong; run the same command again, which makes it anew")
    }
  }

  /// - Throws: `Fault.badData` when the file ends before.
  package func read(at offset: Int, count: Int) throws -> Data {
    guard count >= 0, offset >= 0, offset <= size, count <= size - offset else {
      throw Fault.badData(
        "\(path) is truncated: expected \(count) bytes at offset \(offset), but there are \(size)")
    }
    return try file.read(at: offset, count: count)
  }

  /// All bytes but the checksum; refused when there are more than `limit`.
  package static func contents(of path: String, limit: Int) throws -> Data {
    let file = try ChecksummedFile(path)
    guard file.size <= limit else {
      throw Fault.badData("\(path) is too large: expected at most \(limit) bytes, found \(file.size)")
    }
    return try file.read(at: 0, count: file.size)
  }

  /// Why the file cannot be used: it is missing or its checksum is wrong; nil when it can.
  package static func damage(_ path: String) throws -> String? {
    guard fileExists(path) else { return "\(path) is missing" }
    do {
      _ = try ChecksummedFile(path)
      return nil
    } catch let fault as Fault where fault.kind == .badData {
      return fault.message
    }
  }

  /// The end of a file; nil where there is no sign of a checksum.
  private static func trailer(of file: ReadableFile) throws -> (checksum: UInt32, isSound: Bool)? {
    guard file.size >= trailerInBytes else { return nil }
    let bytes = [UInt8](try file.read(at: file.size - trailerInBytes, count: trailerInBytes))
    func number<Number: FixedWidthInteger>(_ offset: Int, _: Number.Type) -> Number {
      bytes.withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Number.self)) }
    }
    let own = bytes.withUnsafeBytes { crc32c(UnsafeRawBufferPointer(rebasing: $0[..<20])) }
    // Damage to one of these must not make the file look like an old one.
    let signs = [
      Array(bytes[..<8]) == magic, number(8, UInt64.self) == UInt64(file.size - trailerInBytes),
      number(20, UInt32.self) == own,
    ]
    guard signs.contains(true) else { return nil }
    return (number(16, UInt32.self), signs.allSatisfy { $0 })
  }

  fileprivate static func trailer(size: Int, checksum: UInt32) -> [UInt8] {
    var writer = ByteWriter()
    writer.append(raw: magic)
    writer.append(fixed: UInt64(size))
    writer.append(fixed: checksum)
    let own = writer.bytes.withUnsafeBytes { crc32c($0) }
    writer.append(fixed: own)
    return writer.bytes
  }
}

extension PendingFile {
  /// As `publish()`, with a checksum at the end, see `ChecksummedFile`. What was written is read back for it.
  package func publishChecksummed() throws {
    var status = stat()
    if withDescriptor({ fstat($0, &status) }) != 0 { throw systemFault("read", path) }
    let size = Int(status.st_size)
    let checksum = try digest(of: 0..<size).checksum
    try ChecksummedFile.trailer(size: size, checksum: checksum).withUnsafeBytes { try write($0, at: size) }
    try publish()
  }

  /// The digest of what was written so far.
  package func digest() throws -> FileDigest { try digest(of: 0..<offset) }

  private func digest(of range: Range<Int>) throws -> FileDigest {
    var checksum: UInt32 = 0
    for start in stride(from: range.lowerBound, to: range.upperBound, by: 1 << 20) {
      let part = try read(start..<min(start + 1 << 20, range.upperBound))
      checksum = part.withUnsafeBytes { crc32c($0, continuing: checksum) }
    }
    return FileDigest(checksum: checksum, size: range.count)
  }
}

/// Publishes `data` with a checksum at its end, see `ChecksummedFile`.
package func publishChecksummed(_ data: Data, to path: String) throws {
  let file = try PendingFile(path)
  try file.append(data)
  try file.publishChecksummed()
}
