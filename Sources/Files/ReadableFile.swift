import Foundation

/// A file open for positioned reads; safe for use from many threads at once.
///
/// It is a file of the file system; a member of a zip archive, whose path is that of the archive followed by its name
/// there (`Archive`); or bytes in memory that were decoded from a file.
package final class ReadableFile: Sendable {
  package let path: String
  /// Size in bytes when the file was opened.
  package let size: Int
  /// The CRC-32 that an archive records of the member that this is.
  package let archivedChecksum: UInt32?
  private let contents: Contents

  private enum Contents: Sendable {
    /// The bytes of a file from an offset onwards.
    case stored(OpenFile, start: Int)
    case inMemory(Data)
  }

  /// - Throws: `Fault.noInput` when the file is missing, unreadable, or not a regular file; `Fault.badData` for a member
  ///   of an archive that cannot be decoded.
  package init(_ path: String) throws {
    self.path = path
    (contents, size, archivedChecksum) = try ReadableFile.open(path)
  }

  private static func open(_ path: String) throws -> (Contents, size: Int, checksum: UInt32?) {
    do {
      let file = try OpenFile(path)
      return (.stored(file, start: 0), file.size, nil)
    } catch let fault as Fault where fault.kind == .noInput {
      guard let (archive, name) = try Archive.containing(path), let member = archive.member(name) else { throw fault }
      if let data = try archive.inflated(member) { return (.inMemory(data), data.count, member.checksum) }
      let range = try archive.range(of: member)
      return (.stored(archive.openFile, start: range.lowerBound), range.count, member.checksum)
    }
  }

  /// Bytes that were decoded from the file at `path`.
  package init(path: String, contents: Data) {
    self.path = path
    size = contents.count
    archivedChecksum = nil
    self.contents = .inMemory(contents)
  }

  /// An archive itself, for its members.
  init(archive file: OpenFile) {
    path = file.path
    size = file.size
    archivedChecksum = nil
    contents = .stored(file, start: 0)
  }

  /// Fills `buffer` with the bytes from `offset` onwards.
  ///
  /// - Throws: `Fault.badData` when the file ends before the buffer is full.
  package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    guard offset >= 0, offset <= size, buffer.count <= size - offset else {
      throw Fault.badData(
        "\(path) is truncated: expected \(buffer.count) bytes at offset \(offset), but the file has \(size) bytes")
    }
    switch contents {
    case .stored(let file, let start): try file.read(into: buffer, at: start + offset)
    case .inMemory(let data):
      if !buffer.isEmpty {
        data.copyBytes(to: buffer, from: data.startIndex + offset..<data.startIndex + offset + buffer.count)
      }
    }
  }

  package func read(at offset: Int, count: Int) throws -> Data {
    guard count >= 0, offset >= 0, offset <= size, count <= size - offset else {
      throw Fault.badData(
        "\(path) is truncated: expected \(count) bytes at offset \(offset), but the file has \(size) bytes")
    }
    var data = Data(count: count)
    try data.withUnsafeMutableBytes { try read(into: $0, at: offset) }
    return data
  }

  /// Memory that the file occupies while it is open, in bytes.
  package var memoryInBytes: Int {
    if case .inMemory(let data) = contents { return data.count }
    return 0
  }
}

/// Opens a regular file for reading. All files that users name, or that other files refer to, are opened here: anything
/// else could block for ever or have effects, as opening a named pipe or a tape drive has.
///
/// - Returns: a descriptor that the caller closes, and the size in bytes.
/// - Throws: `Fault.noInput` when the file is missing, unreadable, or not a regular file.
package func openRegularFile(_ path: String) throws -> (descriptor: Int32, size: Int) {
  // First without opening it: opening a device may have effects.
  var status = stat()
  if stat(path, &status) == 0, let kind = irregularKind(status) { throw irregular(path, kind) }
  let opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
  if opened < 0 { throw systemFault("open", path) }
  if fstat(opened, &status) != 0 {
    let code = errno
    close(opened)
    throw systemFault("read", path, code: code)
  }
  if let kind = irregularKind(status) {
    close(opened)
    throw irregular(path, kind)
  }
  return (opened, Int(status.st_size))
}

private func irregular(_ path: String, _ kind: String) -> Fault {
  Fault.noInput("cannot read \(path): expected a regular file, found \(kind)")
}

private func irregularKind(_ status: stat) -> String? {
  switch status.st_mode & S_IFMT {
  case S_IFREG: nil
  case S_IFDIR: "a directory"
  case S_IFIFO: "a named pipe (FIFO)"
  case S_IFSOCK: "a socket"
  default: "a device"
  }
}

/// The contents of a file, which is refused if larger than `limit` bytes so that a hostile file cannot exhaust memory.
package func readWholeFile(_ path: String, limit: Int = 1 << 30) throws -> Data {
  let file = try ReadableFile(path)
  guard file.size <= limit else {
    throw Fault.badData("\(path) is too large: expected at most \(limit) bytes, found \(file.size)")
  }
  let data = try file.read(at: 0, count: file.size)
  if let expected = file.archivedChecksum {
    try Archive.compare(data.withUnsafeBytes { Archive.checksum($0) }, expected, path: path)
  }
  return data
}
