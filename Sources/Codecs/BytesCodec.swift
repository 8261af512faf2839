/// One compression, filter or checksum: bytes to bytes, nothing else. One small type a file, without state of its own.
///
/// Zarr, N5 and HDF5 name these codecs differently and configure them differently; each format maps its names to these
/// types (`NamedCodec` in Zarr, `HDF5Filter` in VolumeFormats). TIFF compressions are decoded by libtiff.
package protocol BytesCodec: Sendable {
  /// What messages call it, such as `zstd`.
  var name: String { get }

  /// More bytes than any encoder makes of `decodedByteCount` bytes: larger input is damaged, and refused before memory
  /// is allocated for it.
  func encodedByteCountLimit(_ decodedByteCount: Int) -> Int

  /// Undoes the encoding of `input`. The result is a part of `input`, or of memory of `context` that does not hold
  /// `input`, and aligned for every type when it is the latter.
  ///
  /// - Throws: `CodecError` when the input is damaged or decodes to more than `limit` bytes.
  func decode(_ input: UnsafeRawBufferPointer, limit: Int, _ context: CodecContext) throws -> UnsafeRawBufferPointer

  /// Encodes `input` into memory of `context` that does not hold `input`. Equal inputs give equal bytes.
  ///
  /// - Throws: `CodecError` for codecs that only decode.
  func encode(_ input: UnsafeRawBufferPointer, _ context: CodecContext) throws -> UnsafeRawBufferPointer
}

extension BytesCodec {
  /// Encoders that flush often may exceed their library's own bound.
  package func encodedByteCountLimit(_ decodedByteCount: Int) -> Int { decodedByteCount * 2 + 65536 }

  package func encode(_ input: UnsafeRawBufferPointer, _ context: CodecContext) throws -> UnsafeRawBufferPointer {
    throw CodecError("\(name): this codec is only decoded, not encoded")
  }
}

/// Why bytes cannot be decoded, without the file they come from; whoever read them adds that and makes it a `Fault`.
package struct CodecError: Error {
  package let message: String
  package init(_ message: String) { self.message = message }
}
