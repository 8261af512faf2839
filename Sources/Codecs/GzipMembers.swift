import CDeflate
import Files

/// Compresses a stream as gzip members of a few megabytes each, which readers treat as one stream (RFC 1952, section
/// 2.2): memory stays bounded, and libdeflate, which works on whole buffers, can be used. Member boundaries do not
/// depend on how the data is split into appended pieces.
package final class GzipMembers {
  private let compressor: OpaquePointer
  /// The uncompressed contents of the next member.
  private let pending: UnsafeMutableRawBufferPointer
  private var pendingCount = 0
  private let memory: UnsafeMutableRawBufferPointer
  private static let memberInBytes = 4 << 20
  /// On libdeflate's scale of 1 to 12.
  private static let level: Int32 = 4

  package init() {
    guard let compressor = libdeflate_alloc_compressor(Self.level) else { preconditionFailure("no memory to compress") }
    self.compressor = compressor
    pending = .allocate(byteCount: Self.memberInBytes, alignment: 64)
    memory = .allocate(
      byteCount: libdeflate_gzip_compress_bound(compressor, Self.memberInBytes), alignment: 64)
  }

  deinit {
    libdeflate_free_compressor(compressor)
    pending.deallocate()
    memory.deallocate()
  }

  package func append(_ bytes: UnsafeRawBufferPointer, to file: PendingFile) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = rest.prefix(Self.memberInBytes - pendingCount)
      (pending.baseAddress! + pendingCount).copyMemory(
        from: UnsafeRawBufferPointer(rebasing: part).baseAddress!, byteCount: part.count)
      pendingCount += part.count
      rest = rest.dropFirst(part.count)
      if pendingCount == Self.memberInBytes { try finish(to: file) }
    }
  }

  /// Writes the remaining data as the last member.
  package func finish(to file: PendingFile) throws {
    guard pendingCount > 0 else { return }
    let length = libdeflate_gzip_compress(
      compressor, pending.baseAddress!, pendingCount, memory.baseAddress!, memory.count)
    precondition(length > 0, "the compressed bytes fit their bound")
    pendingCount = 0
    try file.append(UnsafeRawBufferPointer(rebasing: memory[0..<length]))
  }
}
