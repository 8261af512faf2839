/// Bytes at offsets: a file as it is, or the decompressed contents of one. Thread-safe.
package protocol ByteSource: AnyObject, Sendable {
  /// Fills `buffer` from `offset` on.
  ///
  /// - Throws: `Fault.badData` when there are fewer bytes.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws
  /// The number of bytes, where it is known without reading them all.
  var byteCount: Int? { get }
  /// An upper limit of the number of bytes: what claims more is refused before memory is allocated for it.
  var largestByteCount: Int { get }
  /// Memory that the source keeps, in bytes.
  var residentInBytes: Int { get }
  /// Whether reading forwards is much faster than random access.
  var isSequential: Bool { get }
}

extension ReadableFile: ByteSource {
  package var byteCount: Int? { size }
  package var largestByteCount: Int { size }
  package var residentInBytes: Int { 0 }
  package var isSequential: Bool { false }
}
