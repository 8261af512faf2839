import CISAL
import Foundation

/// CRC-32C (Castagnoli) of `bytes`; "123456789" gives 0xE3069283.
///
/// - Parameter preceding: the CRC-32C of the bytes before, to go on from there; 0 at the beginning.
package func crc32c(_ bytes: UnsafeRawBufferPointer, continuing preceding: UInt32 = 0) -> UInt32 {
  // ISA-L takes and returns the raw register, without the inversions of the standard, and takes lengths as Int32.
  var register = ~preceding
  var start = 0
  while start < bytes.count {
    let count = min(bytes.count - start, 1 << 30)
    // ISA-L's signature lacks a const; the function only reads.
    let part = UnsafeMutableRawPointer(mutating: bytes.baseAddress! + start)
    register = crc32_iscsi(part.assumingMemoryBound(to: UInt8.self), Int32(count), register)
    start += count
  }
  return ~register
}

package func crc32c(_ data: Data) -> UInt32 { data.withUnsafeBytes { crc32c($0) } }
