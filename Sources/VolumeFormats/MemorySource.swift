import Files

/// Bytes in memory: the decoded contents of a small file.
final class MemorySource: ByteSource {
  private let bytes: [UInt8]
  private let path: String

  /// Larger contents are refused.
  static let largest = 1 << 28

  init(_ bytes: [UInt8], path: String) {
    self.bytes = bytes
    self.path = path
  }

  var byteCount: Int? { bytes.count }
  var largestByteCount: Int { bytes.count }
  var residentInBytes: Int { bytes.count }
  var isSequential: Bool { false }

  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    guard offset >= 0, offset <= bytes.count, buffer.count <= bytes.count - offset else {
      throw Fault.badData(
        "\(path) is truncated: expected \(buffer.count) bytes at offset \(offset), found \(bytes.count) after decoding")
    }
    bytes.withUnsafeBytes {
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<(offset + buffer.count)]))
    }
  }
}
