import CISAL
import Foundation

/// `crc32c`: four bytes after the data, little-endian (Zarr v3, codecs/crc32c).
struct ChecksumCodec: BytesCodec {
  static let byteCount = 4

  init() {}

  init(_ named: NamedConfiguration) throws { try named.requireOnly([]) }

  var json: JSONValue { NamedConfiguration("crc32c").json }

  func encodedByteCountLimit(_ decodedByteCount: Int) -> Int { decodedByteCount + ChecksumCodec.byteCount }

  func decode(
    _ input: UnsafeRawBufferPointer, limit: Int, _ context: CodecContext
  ) throws -> UnsafeRawBufferPointer {
    guard input.count >= ChecksumCodec.byteCount else {
      throw CodecError("crc32c: \(input.count) bytes are too few to hold a checksum")
    }
    let count = input.count - ChecksumCodec.byteCount
    guard count <= limit else { throw CodecError("crc32c: \(count) bytes where at most \(limit) are expected") }
    let data = UnsafeRawBufferPointer(rebasing: input[0..<count])
    let stored = UInt32(littleEndian: input.loadUnaligned(fromByteOffset: count, as: UInt32.self))
    let computed = crc32c(data)
    guard stored == computed else {
      throw CodecError("crc32c: the stored checksum is \(hexadecimal(stored)), the data has \(hexadecimal(computed))")
    }
    return data
  }

  func encode(_ input: UnsafeRawBufferPointer, _ context: CodecContext) throws -> UnsafeRawBufferPointer {
    let output = context.nextStage().reserve(input.count + ChecksumCodec.byteCount)
    if let base = input.baseAddress { memcpy(output.baseAddress!, base, input.count) }
    output.storeBytes(of: crc32c(input).littleEndian, toByteOffset: input.count, as: UInt32.self)
    return UnsafeRawBufferPointer(output)
  }
}

/// CRC-32C (Castagnoli) of `bytes`; "123456789" gives 0xE3069283.
package func crc32c(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
  // ISA-L takes and gives the register itself, without the inversions of the standard, and counts in Int32.
  var register: UInt32 = 0xffff_ffff
  var start = 0
  while start < bytes.count {
    let count = min(bytes.count - start, 1 << 30)
    // ISA-L's signature lacks a const; it only reads.
    let part = UnsafeMutableRawPointer(mutating: bytes.baseAddress! + start)
    register = crc32_iscsi(part.assumingMemoryBound(to: UInt8.self), Int32(count), register)
    start += count
  }
  return ~register
}

package func crc32c(_ data: Data) -> UInt32 { data.withUnsafeBytes { crc32c($0) } }

func hexadecimal(_ value: UInt32) -> String {
  let digits = String(value, radix: 16)
  return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
}
