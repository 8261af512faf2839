/// The 64-bit FNV-1a hash (Fowler, Noll, Vo) of bytes: changing any one byte changes it. Protects against damage and
/// mix-ups, not forgery; Swift's own hashes differ from run to run.
///
/// - Parameter seed: the hash of the preceding bytes, for hashing piecewise.
package func fnv1a(_ bytes: some Sequence<UInt8>, seed: UInt64 = fnv1aOffset) -> UInt64 {
  func sum(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash = seed
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* fnv1aPrime }
    return hash
  }
  return bytes.withContiguousStorageIfAvailable(sum) ?? bytes.reduce(seed) { ($0 ^ UInt64($1)) &* fnv1aPrime }
}

/// FNV-1a over little-endian 8-byte words with the upper half folded in, then over the remaining bytes: the checksum of
/// volume statistics.
package func fnv1aOfWords(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
  var hash = fnv1aOffset
  var offset = 0
  while offset + 8 <= bytes.count {
    let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    hash = (hash ^ word) &* fnv1aPrime
    hash ^= hash >> 32
    offset += 8
  }
  return fnv1a(UnsafeRawBufferPointer(rebasing: bytes[offset...]), seed: hash)
}

/// The hash of no bytes.
package let fnv1aOffset: UInt64 = 0xcbf2_9ce4_8422_2325
private let fnv1aPrime: UInt64 = 0x100_0000_01b3
