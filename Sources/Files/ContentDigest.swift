import Foundation

/// What the contents of files are recognised by: their size and a 64-bit checksum of every byte.
package struct ContentDigest: Equatable, Sendable {
  package let byteCount: Int
  package let hash: UInt64

  private static let pieceInBytes = 4 << 20

  /// Reads all of the files, in their order. Absent files do not count.
  ///
  /// - Throws: `Fault.noInput` when a file cannot be read.
  package init(of paths: [String]) throws {
    // Where one file ends and the next begins counts too.
    var checksumsAndSizes: [UInt64] = []
    var byteCount = 0
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceInBytes, alignment: 64)
    defer { buffer.deallocate() }
    for path in paths where fileExists(path) {
      let file = try ReadableFile(path)
      var checksum: UInt64 = 0
      for start in stride(from: 0, to: file.size, by: Self.pieceInBytes) {
        let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[0..<min(Self.pieceInBytes, file.size - start)])
        try file.read(into: piece, at: start)
        checksum = crc64(UnsafeRawBufferPointer(piece), continuing: checksum)
      }
      checksumsAndSizes += [checksum, UInt64(file.size)]
      byteCount += file.size
    }
    self.byteCount = byteCount
    hash = checksumsAndSizes.withUnsafeBytes { Fingerprint.of($0) }
  }

  /// `1234 bytes, contents 0123456789abcdef`
  package var text: String { "\(byteCount) bytes, contents \(Fingerprint.text(hash))" }
}
