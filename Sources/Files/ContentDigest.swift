import Foundation

/// What the contents of files are recognised by: their size and a 64-bit hash of every byte.
package struct ContentDigest: Equatable, Sendable {
  package let byteCount: Int
  package let hash: UInt64

  private static let pieceInBytes = 4 << 20

  /// Reads all of the files, in their order. Absent files do not count.
  ///
  /// - Throws: `Fault.noInput` when a file cannot be read.
  package init(of paths: [String]) throws {
    var hashes: [UInt64] = []
    var byteCount = 0
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceInBytes, alignment: 64)
    defer { buffer.deallocate() }
    for path in paths where fileExists(path) {
      let file = try ReadableFile(path)
      for start in stride(from: 0, to: file.size, by: Self.pieceInBytes) {
        let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[0..<min(Self.pieceInBytes, file.size - start)])
        try file.read(into: piece, at: start)
        hashes.append(Fingerprint.of(UnsafeRawBufferPointer(piece)))
      }
      // Where one file ends and the next begins counts too.
      hashes.append(UInt64(file.size))
      byteCount += file.size
    }
    self.byteCount = byteCount
    hash = hashes.withUnsafeBytes { Fingerprint.of($0) }
  }

  /// `1234 bytes, contents 0123456789abcdef`
  package var text: String { "\(byteCount) bytes, contents \(Fingerprint.text(hash))" }
}
