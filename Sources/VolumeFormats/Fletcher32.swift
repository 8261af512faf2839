/// The checksum of HDF5's fletcher32 filter: J. G. Fletcher's sums over 16-bit words, high byte first, modulo 65535.
package func fletcher32(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
  var first: UInt32 = 0
  var second: UInt32 = 0
  func fold(_ sum: UInt32) -> UInt32 { (sum & 0xFFFF) &+ (sum &>> 16) }
  var position = 0
  let even = bytes.count & ~1
  while position < even {
    // So many words cannot overflow the second sum.
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

/// Whether the four bytes behind `data`, little-endian, are its checksum. Files written on little-endian machines before
/// HDF5 1.6.3 have the bytes of both halves exchanged.
package func fletcher32Agrees(_ data: UnsafeRawBufferPointer, _ stored: UInt32) -> Bool {
  let computed = fletcher32(data)
  let exchanged = (computed & 0x00FF_00FF) &<< 8 | (computed &>> 8) & 0x00FF_00FF
  return stored == computed || stored == exchanged
}
