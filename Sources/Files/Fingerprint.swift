/// A fixed 64-bit hash of bytes, for detecting damage and divergence, not for security.
///
/// Four lanes of 8-byte words are turned and multiplied side by side so that the multiplications overlap; the rest of
/// fewer than 32 bytes, the length and the lanes are then mixed by the finaliser of SplitMix64. The same bytes give the
/// same hash on every little-endian machine.
package enum Fingerprint {
  package static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var (a, b, c, d) = (UInt64(1), UInt64(2), UInt64(3), UInt64(4))
    let blocks = bytes.count / 32
    for block in 0..<blocks {
      let at = block * 32
      a = turned(a ^ bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
      b = turned(b ^ bytes.loadUnaligned(fromByteOffset: at + 8, as: UInt64.self))
      c = turned(c ^ bytes.loadUnaligned(fromByteOffset: at + 16, as: UInt64.self))
      d = turned(d ^ bytes.loadUnaligned(fromByteOffset: at + 24, as: UInt64.self))
    }
    var hash = mixed(UInt64(bytes.count))
    for lane in [a, b, c, d] { hash = mixed(hash ^ lane) }
    for at in (blocks * 32)..<bytes.count { hash = mixed(hash ^ UInt64(bytes[at])) }
    return hash
  }

  package static func of(_ values: UnsafeBufferPointer<Float>) -> UInt64 { of(UnsafeRawBufferPointer(values)) }

  @inline(__always)
  private static func turned(_ value: UInt64) -> UInt64 { (value << 29 | value >> 35) &* SplitMix64.increment }

  /// Spreads one number over all bits, such as the position that a part's hash belongs to.
  package static func mixed(_ value: UInt64) -> UInt64 { SplitMix64.mix(value &+ SplitMix64.increment) }

  /// Sixteen hexadecimal digits.
  package static func text(_ hash: UInt64) -> String { hexadecimal(hash) }
}
