/// The checksum of HDF5's fletcher32 filter (number 3): four bytes after the data, little-endian. Decode-only.
///
/// In files written on little-endian machines before HDF5 1.6.3, the bytes of both halves are swapped.
package struct Fletcher32Codec: BytesCodec {
  private static let byteCount = 4

  package var name: String { "fletcher32" }

  package init() {}

  package func encodedByteCountLimit(_ decodedByteCount: Int) -> Int { decodedByteCount + Self.byteCount }

  package func decode(
    _ input: UnsafeRawBufferPointer, limit: Int, _ context: CodecContext
  ) throws -> UnsafeRawBufferPointer {
    guard input.count >= Self.byteCount, input.count - Self.byteCount <= limit else {
      throw CodecError("fletcher32: \(input.count) bytes where a checksum and at most \(limit) bytes are expected")
    }
    let data = UnsafeRawBufferPointer(rebasing: input.dropLast(Self.byteCount))
    let stored = UInt32(littleEndian: input.loadUnaligned(fromByteOffset: data.count, as: UInt32.self))
    let computed = fletcher32(data)
    let exchanged = (computed & 0x00FF_00FF) &<< 8 | (computed &>> 8) & 0x00FF_00FF
    guard stored == computed || stored == exchanged else {
      throw CodecError("fletcher32: the stored checksum is \(stored), the data has \(computed)")
    }
    return data
  }
}

/// Fletcher's checksum (J. G. Fletcher): sums of 16-bit big-endian words modulo 65535.
package func fletcher32(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
  var first: UInt32 = 0
  var second: UInt32 = 0
  func fold(_ sum: UInt32) -> UInt32 { (sum & 0xFFFF) &+ (sum &>> 16) }
  var position = 0
  let even = bytes.count & ~1
  while position < even {
    // This many words cannot overflow the second sum.
    let end = min(position + 720, even)
    while position < end {
      first &+= UInt32(bytes[position]) &<< 8 | UInt32(bytes[position &+ 1])
      second &+= first
      position &+= 2
    }
    first = fold(first)
    second = fold(second)
  }
  if even < bytes.count {
    first = fold(first &+ UInt32(bytes[even]) &<< 8)
    second = fold(second &+ first)
  }
  return fold(second) &<< 16 | fold(first)
}
