import Files
import Synchronization

/// Random access to a gzip, zlib or bare deflate stream in bounded memory.
///
/// Compressed streams can only be decompressed from the front. The first pass leaves checkpoints (about 90 KB each),
/// and a later read starts at the nearest one, so that reading slab after slab decompresses the stream once, and random
/// access decompresses at most the distance between two checkpoints. When there would be more than
/// `largestCheckpointCount` of them, every other one is dropped and the distance doubles.
package final class CompressedStream: ByteSource {
  package enum Format: Sendable { case gzip, zlib, deflate }

  private let file: ReadableFile
  private let start: Int
  private let end: Int
  private let format: Format
  private let places: Mutex<Places>

  private static let largestCheckpointCount = 256
  private static let largestIdleCount = 2
  private static let firstSpacingInBytes = 32 << 20

  private struct Places: ~Copyable {
    var checkpoints: [InflateCursor] = []
    var spacing = CompressedStream.firstSpacingInBytes
    /// Cursors where earlier reads ended; the next read usually continues at one of them.
    var idle: [InflateCursor] = []
  }

  /// The stream between two offsets in `file`.
  package init(_ file: ReadableFile, from start: Int = 0, to end: Int? = nil, format: Format) {
    self.file = file
    self.start = start
    self.end = end ?? file.size
    self.format = format
    places = Mutex(Places())
  }

  package var byteCount: Int? { nil }
  package var largestByteCount: Int {
    let (count, overflow) = (end - start).multipliedReportingOverflow(by: 1032)
    return overflow ? Int.max : count
  }
  package var isSequential: Bool { true }
  package var residentInBytes: Int {
    let cursor = InflateCursor.checkpointInBytes + InflateCursor.inputInBytes
    return Self.largestCheckpointCount * InflateCursor.checkpointInBytes + 2 * Self.largestIdleCount * cursor
  }

  package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    let cursor = takeCursor(before: offset)
    try skip(cursor, to: offset)
    var done = 0
    while done < buffer.count {
      // In steps, so that checkpoints are recorded along the way.
      let step = min(buffer.count - done, Self.firstSpacingInBytes)
      let found = try cursor.read(
        file, end: end, format: format, into: UnsafeMutableRawBufferPointer(rebasing: buffer[done..<(done + step)]))
      done += found
      leaveCheckpoint(cursor)
      if found < step { throw truncated(offset + buffer.count, offset + done) }
    }
    places.withLock { places in
      places.idle.append(cursor)
      if places.idle.count > Self.largestIdleCount { places.idle.removeFirst() }
    }
  }

  /// If the stream ends at `offset`, its checksum is verified against the decompressed bytes.
  ///
  /// - Throws: `Fault.badData` when they differ, or when the file ends before the checksum.
  package func compareChecksum(at offset: Int) throws {
    let cursor = takeCursor(before: offset)
    try skip(cursor, to: offset)
    // Requesting one more byte makes the decompressor process the end of the stream.
    try withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) {
      _ = try cursor.read(file, end: end, format: format, into: $0)
    }
  }

  private func truncated(_ expected: Int, _ found: Int) -> Fault {
    Fault.badData("\(file.path) is truncated: expected at least \(expected) bytes after decompression, found \(found)")
  }

  private func skip(_ cursor: InflateCursor, to offset: Int) throws {
    if cursor.position == offset { return }
    let waste = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { waste.deallocate() }
    while cursor.position < offset {
      let step = min(offset - cursor.position, waste.count)
      let found = try cursor.read(
        file, end: end, format: format, into: UnsafeMutableRawBufferPointer(rebasing: waste[0..<step]))
      leaveCheckpoint(cursor)
      if found < step { throw truncated(offset, cursor.position) }
    }
  }

  private func takeCursor(before offset: Int) -> InflateCursor {
    places.withLock { places in
      let idle = places.idle.indices.filter { places.idle[$0].position <= offset }
        .max { places.idle[$0].position < places.idle[$1].position }
      let checkpoint = places.checkpoints.last { $0.position <= offset }
      if let idle, places.idle[idle].position >= checkpoint?.position ?? 0 { return places.idle.remove(at: idle) }
      if let checkpoint { return InflateCursor(copying: checkpoint) }
      return InflateCursor(start: start, format: format)
    }
  }

  private func leaveCheckpoint(_ cursor: InflateCursor) {
    places.withLock { places in
      guard cursor.position >= (places.checkpoints.last?.position ?? 0) + places.spacing else { return }
      places.checkpoints.append(InflateCursor(copying: cursor))
      if places.checkpoints.count > Self.largestCheckpointCount {
        places.checkpoints = places.checkpoints.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
        places.spacing *= 2
      }
    }
  }
}
