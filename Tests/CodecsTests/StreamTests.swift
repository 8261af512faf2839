import Codecs
import Files
import Foundation
import Scratch
import Testing

/// Streams that are written piece by piece and read anywhere.
@Suite struct StreamTests {
  private let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  @Test(arguments: [CompressedStream.Format.gzip, .zlib]) func readsWhatWasWritten(format: CompressedStream.Format)
    throws
  {
    var random = SeededNumbers(seed: 61)
    // More than one gzip member.
    let bytes = (0..<5_000_003).map { UInt8(truncatingIfNeeded: $0 / 100) ^ UInt8(random.next() & 3) }
    let file = try PendingFile(scratch.file("stream"))
    let (gzip, zlib) = (GzipMembers(), ZlibStream())
    for start in stride(from: 0, to: bytes.count, by: 777_777) {
      try Array(bytes[start..<min(start + 777_777, bytes.count)]).withUnsafeBytes {
        format == .gzip ? try gzip.append($0, to: file) : try zlib.append($0, to: file)
      }
    }
    format == .gzip ? try gzip.finish(to: file) : try zlib.finish(to: file)
    try file.publish()
    let stream = CompressedStream(try ReadableFile(file.path), format: format)
    for (offset, count) in [(0, 10), (4_999_990, 13), (100, 1000), (4_194_300, 20), (0, bytes.count)] {
      var found = [UInt8](repeating: 0, count: count)
      try found.withUnsafeMutableBytes { try stream.read(into: $0, at: offset) }
      #expect(found == Array(bytes[offset..<offset + count]))
    }
    try stream.compareChecksum(at: bytes.count)
    #expect(throws: Fault.self) {
      try withUnsafeTemporaryAllocation(byteCount: 2, alignment: 1) { try stream.read(into: $0, at: bytes.count - 1) }
    }
  }
}
