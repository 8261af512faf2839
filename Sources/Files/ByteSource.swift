/// Random access to bytes: those of a file, or its decompressed contents. Thread-safe.
package protocol ByteSource: AnyObject, Sendable {
  /// Fills `buffer` with the bytes from `offset` onwards.
  ///
  /// - Throws: `Fault.badData` when the source ends before the buffer is full.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws
  /// The number of bytes, if it is known without reading them all.
  var byteCount: Int? { get }
  /// An upper bound on the number of bytes: larger claims are refused before memory is allocated for them.
  var largestByteCount: Int { get }
  /// Memory that the source holds on to, in bytes.
  var residentInBytes: Int { get }
  /// Whether sequential reading is much faster than random access.
  var isSequential: Bool { get }
}

extension ReadableFile: ByteSource {
  package var byteCount: Int? { size }
  package var largestByteCount: Int { size }
  package var residentInBytes: Int { 0 }
  package var isSequential: Bool { false }
}
