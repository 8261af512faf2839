import CDeflate
import Files

/// Compresses a stream as gzip members of a few megabytes each, which readers take as one stream (RFC 1952, section
/// 2.2): memory stays bounded and libdeflate, which works on whole buffers, can be used.
final class GzipMembers {
  private let compressor: OpaquePointer
  private let memory: UnsafeMutableRawBufferPointer
  private static let memberInBytes = 4 << 20
  /// libdeflate's scale of 1 to 12.
  private static let level: Int32 = 4

  init() {
    guard let compressor = libdeflate_alloc_compressor(Self.level) else { preconditionFailure("no memory to compress") }
    self.compressor = compressor
    memory = .allocate(
      byteCount: libdeflate_gzip_compress_bound(compressor, Self.memberInBytes), alignment: 64)
  }

  deinit {
    libdeflate_free_compressor(compressor)
    memory.deallocate()
  }

  func append(_ bytes: UnsafeRawBufferPointer, to file: PendingFile) throws {
    for start in stride(from: 0, to: bytes.count, by: Self.memberInBytes) {
      let count = min(Self.memberInBytes, bytes.count - start)
      let length = libdeflate_gzip_compress(
        compressor, bytes.baseAddress! + start, count, memory.baseAddress!, memory.count)
      precondition(length > 0, "the compressed bytes fit their bound")
      try file.append(UnsafeRawBufferPointer(rebasing: memory[0..<length]))
    }
  }
}
