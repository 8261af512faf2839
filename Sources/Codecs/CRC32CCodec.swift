import Files
import Foundation

/// A CRC-32C of the data, appended as four little-endian bytes (Zarr v3, codecs/crc32c).
///
/// Sheaf writes one after every chunk, and one after the index of every shard (`ShardIndex` in Zarr).
package struct CRC32CCodec: BytesCodec {
  /// Size of the checksum in bytes.
  package static let byteCount = 4

  package var name: String { "crc32c" }

  package init() {}

  package func encodedByteCountLimit(_ decodedByteCount: Int) -> Int { decodedByteCount + Self.byteCount }

  package func decode(
    _ input: UnsafeRawBufferPointer, limit: Int, _ context: CodecContext
  ) throws -> UnsafeRawBufferPointer {
    guard input.count >= Self.byteCount else {
      throw CodecError("crc32c: \(input.count) bytes are too few to hold a checksum")
    }
    let count = input.count - Self.byteCount
    guard count <= limit else { throw CodecError("crc32c: \(count) bytes where at most \(limit) are expected") }
    let data = UnsafeRawBufferPointer(rebasing: input[0..<count])
    let stored = UInt32(littleEndian: input.loadUnaligned(fromByteOffset: count, as: UInt32.self))
    let computed = crc32c(data)
    guard stored == computed else {
      throw CodecError(
        "crc32c: the stored checksum is 0x\(hexadecimal(stored)), the data has 0x\(hexadecimal(computed))")
    }
    return data
  }

  package func encode(_ input: UnsafeRawBufferPointer, _ context: CodecContext) throws -> UnsafeRawBufferPointer {
    let output = context.nextStage().reserve(input.count + Self.byteCount)
    if let base = input.baseAddress { memcpy(output.baseAddress!, base, input.count) }
    output.storeBytes(of: crc32c(input).littleEndian, toByteOffset: input.count, as: UInt32.self)
    return UnsafeRawBufferPointer(output)
  }
}
