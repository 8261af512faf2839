import Foundation

/// A file open for positioned reads; safe for use from many threads at once.
package final class ReadableFile: Sendable {
  package let path: String
  /// Size in bytes when the file was opened.
  package let size: Int
  private let descriptor: Int32

  /// - Throws: `Fault.noInput` when the file is missing, unreadable, or not a regular file.
  package init(_ path: String) throws {
    self.path = path
    (descriptor, size) = try openRegularFile(path)
  }

  deinit { close(descriptor) }

  /// Fills `buffer` with the bytes from `offset` onwards.
  ///
  /// - Throws: `Fault.badData` when the file ends before the buffer is full.
  package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    guard offset >= 0, offset <= size, buffer.count <= size - offset else {
      throw Fault.badData(
        "\(path) is truncated: expected \(buffer.count) bytes at offset \(offset), but the file has \(size) bytes")
    }
    let count = try readFully(into: buffer, from: descriptor, at: offset, path: path)
    guard count == buffer.count else {
      throw Fault.badData("\(path) became shorter while it was read: expected \(size) bytes, found \(offset + count)")
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
  return try file.read(at: 0, count: file.size)
}
