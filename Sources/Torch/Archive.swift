import CTorch

/// A zip archive of PyTorch open for reading: named records of bytes. Safe for use from many threads at once.
package final class ArchiveReader: @unchecked Sendable {
  private let handle: OpaquePointer

  /// - Throws: `TorchError` of kind `file` when the file is missing, damaged or something else.
  package init(path: String) throws {
    var out: OpaquePointer?
    try check(ctorch_archive_open(path, &out))
    guard let out else { preconditionFailure("the shim reported success without an archive") }
    handle = out
  }

  deinit { ctorch_archive_close(handle) }

  package func has(_ record: String) throws -> Bool {
    var has: Int32 = 0
    try check(ctorch_archive_has(handle, record, &has))
    return has != 0
  }

  /// The size in bytes that the archive claims for a record; it may claim anything.
  package func size(of record: String) throws -> UInt64 {
    var count: UInt64 = 0
    try check(ctorch_archive_size(handle, record, &count))
    return count
  }

  /// Fills `buffer` with a record of exactly its size. As in PyTorch, checksums are not verified.
  package func read(_ record: String, into buffer: UnsafeMutableRawBufferPointer) throws {
    try check(ctorch_archive_read(handle, record, buffer.baseAddress, buffer.count))
  }
}

/// Writes a zip archive as `torch.save` does, from front to back: records begin at multiples of 64 bytes, uncompressed.
///
/// Not safe for use from several threads at once.
package final class ArchiveWriter {
  /// Passes on what is written, and holds what that throws while C++ is on the stack.
  private final class Sink {
    let append: (UnsafeRawBufferPointer) throws -> Void
    var failure: (any Error)?
    init(_ append: @escaping (UnsafeRawBufferPointer) throws -> Void) { self.append = append }
  }

  private let sink: Sink
  private let handle: OpaquePointer

  /// - Parameter append: receives the next bytes of the file.
  package init(_ append: @escaping (UnsafeRawBufferPointer) throws -> Void) throws {
    sink = Sink(append)
    var out: OpaquePointer?
    let status = ctorch_archive_create(
      { context, bytes, count in
        let sink = Unmanaged<Sink>.fromOpaque(context!).takeUnretainedValue()
        do {
          try sink.append(UnsafeRawBufferPointer(start: bytes, count: count))
          return 0
        } catch {
          sink.failure = error
          return 1
        }
      }, Unmanaged.passUnretained(sink).toOpaque(), &out)
    try check(status)
    guard let out else { preconditionFailure("the shim reported success without an archive") }
    handle = out
  }

  deinit { ctorch_archive_free(handle) }

  /// - Throws: what `append` threw, else `TorchError`.
  package func write(_ record: String, _ bytes: UnsafeRawBufferPointer) throws {
    try finish(ctorch_archive_write(handle, record, bytes.baseAddress, bytes.count))
  }

  /// Writes the directory of the archive; nothing may be written afterwards.
  package func finish() throws { try finish(ctorch_archive_finish(handle)) }

  private func finish(_ status: CTorchStatus) throws {
    if let failure = sink.failure { throw failure }
    try check(status)
  }
}
