import Files

/// Random numbers that are a pure function of their purpose.
///
/// A key is derived from the seed and from integers such as the position of a voxel or a lattice node; the same key
/// gives the same numbers on every rank, in every order. The mixing function is the finaliser of `SplitMix64`; unlike in a
/// `RandomStream`, which is drawn from in order, every number has a key of its own.
struct HashKey: Sendable {
  let bits: UInt64

  init(bits: UInt64) { self.bits = bits }

  init(seed: UInt64, purpose: Purpose) {
    bits = SplitMix64.mix(
      SplitMix64.mix(seed &+ SplitMix64.increment) ^ (UInt64(purpose.rawValue) &* SplitMix64.increment))
  }

  /// What random numbers are drawn for; numbers of two purposes have nothing to do with each other.
  enum Purpose: UInt32 {
    case organWarp, organSurface, hollows, fluorescence, texture, stripes, shadows
    case nuclei, plaques, vessels, axons, axonDirections, density, haze, debris, camera, hotPixels, pairs, imaging
  }

  /// A key for the `number`-th thing under this key.
  @inline(__always)
  subscript(number: Int) -> HashKey {
    HashKey(bits: SplitMix64.mix(bits &+ UInt64(truncatingIfNeeded: number) &* SplitMix64.increment))
  }

  /// A key for a position on a lattice.
  @inline(__always)
  subscript(z: Int, y: Int, x: Int) -> HashKey { self[z][y][x] }

  /// Evenly distributed over 0 up to, not including, 1.
  @inline(__always)
  var uniform: Double { Double(bits &>> 11) * 0x1p-53 }

  /// Evenly distributed over −1 up to 1.
  @inline(__always)
  var symmetric: Double { uniform * 2 - 1 }

  var stream: HashStream { HashStream(key: self) }
}

/// Successive random numbers under one key.
struct HashStream {
  private let key: HashKey
  private var drawn = 0

  init(key: HashKey) { self.key = key }

  mutating func next() -> HashKey {
    drawn += 1
    return key[drawn]
  }

  mutating func uniform() -> Double { next().uniform }
  mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// A vector of unit length, evenly distributed over directions near enough: a point of the cube, normalised.
  mutating func direction() -> Point {
    let point = Point(uniform() * 2 - 1, uniform() * 2 - 1, uniform() * 2 - 1)
    let length = point.length
    return length > 1e-3 ? point / length : Point(1, 0, 0)
  }
}
