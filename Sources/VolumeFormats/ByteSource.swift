import Files

/// Bytes at positions: a file as it is, or the decompressed contents of one. Thread-safe.
protocol ByteSource: AnyObject, Sendable {
  /// Fills `buffer` from `offset` on.
  ///
  /// - Throws: `Fault.badData` when there are fewer bytes.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws
  /// How many bytes there are, where that is known without reading them all.
  var byteCount: Int? { get }
  /// No more bytes than these can come out: what promises more is refused before memory is taken for it.
  var largestByteCount: Int { get }
  /// Memory the source keeps, in bytes.
  var residentInBytes: Int { get }
  /// Whether reading forwards is much quicker than reading anywhere.
  var isSequential: Bool { get }
}

extension ReadableFile: ByteSource {
  var byteCount: Int? { size }
  var largestByteCount: Int { size }
  var residentInBytes: Int { 0 }
  var isSequential: Bool { false }
}
