import Files

/// The same number of bytes of each of several files, one after another, as one sequence: a volume whose planes or
/// slabs are in files of their own.
///
/// No file stays open between reads.
final class SplitSource: ByteSource {
  enum Start: Sendable, Equatable {
    case offset(Int)
    /// The bytes are at the end of the file.
    case end
  }

  let paths: [String]
  private let start: Start
  private let bytesPerFile: Int

  /// - Throws: `Fault.noInput` when the first file does not exist, `Fault.badData` when it is too short; the others are
  ///   opened when they are read.
  init(_ paths: [String], start: Start, bytesPerFile: Int) throws {
    self.paths = paths
    self.start = start
    self.bytesPerFile = bytesPerFile
    if let first = paths.first { _ = try offset(in: ReadableFile(first)) }
  }

  private func offset(in file: ReadableFile) throws -> Int {
    let offset =
      switch start {
      case .offset(let offset): offset
      case .end: file.size - bytesPerFile
      }
    guard offset >= 0, offset <= file.size, bytesPerFile <= file.size - offset else {
      throw Fault.badData(
        "\(file.path) is truncated: expected \(bytesPerFile) bytes of voxels, but the file has \(file.size) bytes")
    }
    return offset
  }

  var byteCount: Int? { largestByteCount }
  var largestByteCount: Int { paths.count.multipliedReportingOverflow(by: bytesPerFile).partialValue }
  var residentInBytes: Int { paths.reduce(0) { $0 + $1.utf8.count + 32 } }
  var isSequential: Bool { false }

  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    var done = 0
    while done < buffer.count {
      let (number, inside) = (offset + done).quotientAndRemainder(dividingBy: bytesPerFile)
      guard paths.indices.contains(number) else {
        throw Fault.badData(
          "\(paths.last ?? "the volume") is truncated: expected \(buffer.count) bytes at offset \(offset)")
      }
      let count = min(buffer.count - done, bytesPerFile - inside)
      let file = try ReadableFile(paths[number])
      try file.read(
        into: UnsafeMutableRawBufferPointer(rebasing: buffer[done..<(done + count)]),
        at: self.offset(in: file) + inside)
      done += count
    }
  }
}
