/// A compressor, filter or checksum that maps bytes to bytes. Each is a small stateless type in its own file.
///
/// Zarr, N5 and HDF5 use different names and configurations for these codecs; each format maps its own to these types
/// (`NamedCodec` in Zarr, `HDF5Filter` in VolumeFormats). TIFF compressions are decoded by libtiff.
public protocol BytesCodec: Sendable {
  /// The name used in messages, such as `zstd`.
  var name: String { get }

  /// An upper bound on the encoded size of `decodedByteCount` bytes, for any encoder: larger input is damaged, and is
  /// refused before memory is allocated for it.
  func encodedByteCountLimit(_ decodedByteCount: Int) -> Int

  /// Decodes `input`. The result is either a part of `input`, or lies in a buffer of `context` other than the one that
  /// holds `input`; in the latter case it is aligned for every type.
  ///
  /// - Throws: `CodecError` when the input is damaged or decodes to more than `limit` bytes.
  func decode(_ input: UnsafeRawBufferPointer, limit: Int, _ context: CodecContext) throws -> UnsafeRawBufferPointer

  /// Encodes `input` into a buffer of `context` other than the one that holds `input`. Equal inputs give equal bytes.
  ///
  /// - Throws: `CodecError` for decode-only codecs.
  func encode(_ input: UnsafeRawBufferPointer, _ context: CodecContext) throws -> UnsafeRawBufferPointer
}

extension BytesCodec {
  /// Encoders that flush often may exceed their own library's bound.
  package func encodedByteCountLimit(_ decodedByteCount: Int) -> Int { decodedByteCount * 2 + 65536 }

  package func encode(_ input: UnsafeRawBufferPointer, _ context: CodecContext) throws -> UnsafeRawBufferPointer {
    throw CodecError("\(name): this codec is only decoded, not encoded")
  }
}

/// The reason why bytes cannot be decoded, without the file they come from; the code that read them adds the file and
/// throws a `Fault`.
public struct CodecError: Error {
  package let message: String
  package init(_ message: String) { self.message = message }
}
