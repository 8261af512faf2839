import Files
import Foundation

/// Bytes that are read again later: in memory while they are few, then in a temporary file that is removed with the
/// spool.
final class Spool {
  private let path: String
  private let memoryLimitInBytes: Int
  /// The bytes from the end of the file on.
  private var tail: [UInt8] = []
  private var file: PendingFile?

  /// What a spool keeps in memory, in bytes.
  static let usualMemoryLimitInBytes = 1 << 18

  /// - Parameter path: beside which the temporary file is made when one is needed.
  init(beside path: String, memoryLimitInBytes: Int) {
    self.path = path
    self.memoryLimitInBytes = memoryLimitInBytes
  }

  private var fileSize: Int { file?.offset ?? 0 }
  var size: Int { fileSize + tail.count }

  func append(_ bytes: [UInt8]) throws {
    tail.append(contentsOf: bytes)
    if tail.count <= memoryLimitInBytes { return }
    let file = try self.file ?? PendingFile(path)
    self.file = file
    try tail.withUnsafeBytes { try file.append($0) }
    tail.removeAll(keepingCapacity: true)
  }

  /// - Precondition: the range was appended.
  func read(_ range: Range<Int>) throws -> [UInt8] {
    let split = min(max(fileSize, range.lowerBound), range.upperBound)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(range.count)
    if range.lowerBound < split { bytes.append(contentsOf: try file!.read(range.lowerBound..<split)) }
    if split < range.upperBound { bytes.append(contentsOf: tail[(split - fileSize)..<(range.upperBound - fileSize)]) }
    return bytes
  }

  /// Puts `bytes` in the place of as many that were appended before.
  func replace(at offset: Int, with bytes: [UInt8]) throws {
    precondition(offset + bytes.count <= size, "only what is there is replaced")
    let inFile = min(max(fileSize - offset, 0), bytes.count)
    if inFile > 0 { try bytes[..<inFile].withUnsafeBytes { try file!.write($0, at: offset) } }
    for index in inFile..<bytes.count { tail[offset + index - fileSize] = bytes[index] }
  }

  /// Passes all bytes to `body` in order, part by part.
  func forEachPart(_ body: ([UInt8]) throws -> Void) throws {
    for start in stride(from: 0, to: size, by: 1 << 16) { try body(read(start..<min(start + 1 << 16, size))) }
  }
}
