import CDeflate
import Files

/// A checksum of numcodecs, four bytes little-endian before or after the data. Decode-only.
package struct NumcodecsChecksumCodec: BytesCodec {
  package enum Kind: String, Sendable {
    case crc32, adler32, crc32c
  }

  package let kind: Kind
  package let isAtStart: Bool
  package var name: String { kind.rawValue }
  private static let byteCount = 4

  package init(_ kind: Kind, isAtStart: Bool) {
    self.kind = kind
    self.isAtStart = isAtStart
  }

  package func encodedByteCountLimit(_ decodedByteCount: Int) -> Int { decodedByteCount + Self.byteCount }

  package func decode(
    _ input: UnsafeRawBufferPointer, limit: Int, _ context: CodecContext
  ) throws -> UnsafeRawBufferPointer {
    let count = input.count - Self.byteCount
    guard count >= 0, count <= limit else {
      throw CodecError("\(name): \(input.count) bytes where a checksum and at most \(limit) bytes are expected")
    }
    let data = UnsafeRawBufferPointer(rebasing: isAtStart ? input.dropFirst(Self.byteCount) : input.prefix(count))
    let place = isAtStart ? 0 : count
    let stored = UInt32(littleEndian: input.loadUnaligned(fromByteOffset: place, as: UInt32.self))
    let computed =
      switch kind {
      case .crc32: libdeflate_crc32(0, data.baseAddress, data.count)
      case .adler32: libdeflate_adler32(1, data.baseAddress, data.count)
      case .crc32c: crc32c(data)
      }
    guard stored == computed else {
      throw CodecError(
        "\(name): the stored checksum is 0x\(hexadecimal(stored)), the data has 0x\(hexadecimal(computed))")
    }
    return data
  }
}
