import CLinux
import Foundation
import Synchronization

/// A file being written, invisible under its final name until `publish()`.
///
/// 1. The bytes go to a temporary name in the same directory (a rename never crosses a file system).
/// 2. `publish()` flushes the file (`fsync`), renames it to the final name, and flushes the directory, so that a reader
///    sees the old file, none, or the complete new one, even after a power failure.
/// 3. A pending file that is dropped without `publish()` removes its temporary file. What a killed process leaves
///    behind ends in `.partial` and is never read; whoever completes an output removes it (`removePartialFiles`).
///
/// Not safe for concurrent use, except `write(_:at:)` on disjoint ranges.
public final class PendingFile: @unchecked Sendable {
  package let path: String
  private let temporaryPath: String
  private var descriptor: Int32
  /// Bytes appended so far, which is where the next `append` writes.
  package private(set) var offset: Int = 0
  /// Bytes written since the last time writeback was started.
  private let unflushed = Atomic<Int>(0)
  private static let writebackStep = 8 << 20

  /// - Throws: `Fault.cannotCreate` when the directory cannot be written.
  package init(_ path: String) throws {
    self.path = path
    let directory = parentDirectory(of: path)
    let name = path.split(separator: "/").last.map(String.init) ?? path
    // The process id and a counter keep the files of ranks and threads that share a directory apart.
    temporaryPath = joinPath(directory, ".\(name).\(getpid()).\(nextPendingNumber()).partial")
    descriptor = open(temporaryPath, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    if descriptor < 0 {
      if errno == ENOSPC || errno == EDQUOT { throw systemFault("create", path) }
      throw Fault.cannotCreate("cannot create \(path): \(systemErrorText())")
    }
  }

  deinit {
    if descriptor >= 0 {
      close(descriptor)
      unlink(temporaryPath)
    }
  }

  package func append(_ bytes: UnsafeRawBufferPointer) throws {
    try write(bytes, at: offset)
    offset += bytes.count
  }

  package func append(_ data: Data) throws {
    try data.withUnsafeBytes { try append($0) }
  }

  package func write(_ bytes: UnsafeRawBufferPointer, at position: Int) throws {
    precondition(descriptor >= 0, "write after publish")
    try writeFully(bytes, to: descriptor, at: position, path: path)
    startWriteback(bytes.count)
  }

  /// Asks the kernel to start writing back what was written since the last call, so that the flush in `publish()`,
  /// which blocks the caller, finds little left to do.
  private func startWriteback(_ count: Int) {
    guard unflushed.wrappingAdd(count, ordering: .relaxed).newValue >= Self.writebackStep else { return }
    unflushed.store(0, ordering: .relaxed)
    // Only a head start: fsync reports any error again.
    _ = sheaf_start_writeback(descriptor)
  }

  /// Lends the open descriptor to a C library that writes the file itself; what it writes is part of what `publish()`
  /// publishes but does not advance `offset`.
  package func withDescriptor<Result>(_ body: (Int32) throws -> Result) rethrows -> Result {
    precondition(descriptor >= 0, "write after publish")
    return try body(descriptor)
  }

  /// Sets the file's size to `size` bytes; gaps that were never written read as zeros.
  package func setSize(_ size: Int) throws {
    precondition(descriptor >= 0, "resize after publish")
    if ftruncate(descriptor, off_t(size)) != 0 { throw systemFault("resize", path) }
  }

  /// The bytes of `range`, which must have been written before.
  package func read(_ range: Range<Int>) throws -> Data {
    precondition(descriptor >= 0, "read after publish")
    var data = Data(count: range.count)
    let count = try data.withUnsafeMutableBytes {
      try readFully(into: $0, from: descriptor, at: range.lowerBound, path: path)
    }
    precondition(count == range.count, "read beyond what was written")
    return data
  }

  /// Makes the file appear under its final name, complete and on disk.
  package func publish() throws {
    precondition(descriptor >= 0, "published twice")
    if fsync(descriptor) != 0 { throw systemFault("flush", path) }
    if close(descriptor) != 0 {
      let code = errno
      descriptor = -1
      unlink(temporaryPath)
      throw systemFault("close", path, code: code)
    }
    descriptor = -1
    if rename(temporaryPath, path) != 0 {
      let code = errno
      unlink(temporaryPath)
      throw Fault.cannotCreate("cannot create \(path): \(systemErrorText(code))")
    }
    try flushDirectory(parentDirectory(of: path))
  }
}

/// Publishes `data` under `path` in one atomic step.
package func publish(_ data: Data, to path: String) throws {
  let file = try PendingFile(path)
  try file.append(data)
  try file.publish()
}

package func publish(_ text: String, to path: String) throws {
  try publish(Data(text.utf8), to: path)
}

package func flushDirectory(_ path: String) throws {
  let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  if descriptor < 0 { throw systemFault("open directory", path) }
  defer { close(descriptor) }
  // Some network file systems refuse fsync on a directory with EINVAL; nothing more can be done there.
  if fsync(descriptor) != 0 && errno != EINVAL { throw systemFault("flush directory", path) }
}

private let pendingNumber = Atomic<Int>(0)

/// A number that is unique among the pending files of this process.
private func nextPendingNumber() -> Int { pendingNumber.wrappingAdd(1, ordering: .relaxed).oldValue }
