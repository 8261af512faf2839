import Files

/// The bytes of one file from `offset` on, as a source of their own.
final class TailSource: ByteSource {
  private let file: any ByteSource
  private let offset: Int

  init(_ file: any ByteSource, from offset: Int) {
    self.file = file
    self.offset = offset
  }

  var byteCount: Int? { file.byteCount.map { $0 - offset } }
  var largestByteCount: Int { file.largestByteCount - offset }
  var residentInBytes: Int { file.residentInBytes }
  var isSequential: Bool { file.isSequential }

  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    let (position, overflow) = offset.addingReportingOverflow(self.offset)
    guard !overflow else { throw Fault.badData("an offset of \(offset) is beyond every file") }
    try file.read(into: buffer, at: position)
  }
}
