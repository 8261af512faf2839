import Foundation

/// A file descriptor that is closed with its last user.
final class OpenFile: Sendable {
  let path: String
  /// Size in bytes when the file was opened.
  let size: Int
  private let descriptor: Int32

  /// - Throws: `Fault.noInput` when the file is missing, unreadable, or not a regular file.
  init(_ path: String) throws {
    self.path = path
    (descriptor, size) = try openRegularFile(path)
  }

  deinit { close(descriptor) }

  /// Fills `buffer` with the bytes from `offset` onwards.
  ///
  /// - Throws: `Fault.badData` when the file has become shorter.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    let count = try readFully(into: buffer, from: descriptor, at: offset, path: path)
    guard count == buffer.count else {
      throw Fault.badData("\(path) became shorter while it was read: expected \(size) bytes, found \(offset + count)")
    }
  }
}
