import Foundation

/// What is recorded of a file so that damage to it can be noticed: its CRC-32C and its size.
package struct FileDigest: Hashable, Sendable {
  package let checksum: UInt32
  /// In bytes; nil in outputs of older versions, which recorded the checksum alone.
  package let size: Int?

  package init(checksum: UInt32, size: Int?) {
    self.checksum = checksum
    self.size = size
  }

  /// Reads the file piecewise, at the speed of the disk.
  ///
  /// - Throws: `Fault.noInput` when it is missing.
  package init(of path: String) throws {
    let file = try ReadableFile(path)
    checksum = try file.checksum(of: 0..<file.size)
    size = file.size
  }

  package init(of data: Data) {
    checksum = crc32c(data)
    size = data.count
  }

  /// What differs in the file at `path` from this, as words that follow its path; nil when nothing does.
  ///
  /// - Throws: `Fault` only when an existing file cannot be read.
  package func difference(at path: String) throws -> String? {
    guard fileExists(path) else { return "is missing" }
    guard !isDirectory(path) else { return "is a directory, but was written as a file" }
    let file = try ReadableFile(path)
    if let size, size != file.size {
      return "has changed since it was written: expected \(size) bytes, found \(file.size)"
    }
    let found = try file.checksum(of: 0..<file.size)
    if found == checksum { return nil }
    return "has changed since it was written: its checksum differs (expected 0x\(hexadecimal(checksum)), found "
      + "0x\(hexadecimal(found)))"
  }

  package var json: JSONValue {
    let text = JSONValue.string("0x\(hexadecimal(checksum))")
    guard let size else { return text }
    return .object(["crc32c": text, "size": .integer(size)])
  }

  /// Also reads the form of older versions, the checksum alone. Nil for anything else.
  package init?(_ json: JSONValue) {
    guard let text = json.asString ?? json["crc32c"]?.asString, text.hasPrefix("0x"),
      let checksum = UInt32(text.dropFirst(2), radix: 16)
    else { return nil }
    if case .object = json, json["size"]?.asInteger == nil { return nil }
    self.init(checksum: checksum, size: json["size"]?.asInteger)
  }
}

extension ReadableFile {
  /// The CRC-32C of a range of the file, which is read piecewise.
  ///
  /// - Parameter preceding: the CRC-32C of what comes before, to go on from there.
  package func checksum(of range: Range<Int>, continuing preceding: UInt32 = 0) throws -> UInt32 {
    let piece = 1 << 20
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: min(piece, max(range.count, 1)), alignment: 64)
    defer { memory.deallocate() }
    var checksum = preceding
    for start in stride(from: range.lowerBound, to: range.upperBound, by: piece) {
      let part = UnsafeMutableRawBufferPointer(rebasing: memory[..<min(piece, range.upperBound - start)])
      try read(into: part, at: start)
      checksum = crc32c(UnsafeRawBufferPointer(part), continuing: checksum)
    }
    return checksum
  }
}
