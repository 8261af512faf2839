import Voxels

/// Every extent with edges 1 to `edge`.
func extents(upTo edge: Int) -> [Extent] {
  (1...edge).flatMap { z in (1...edge).flatMap { y in (1...edge).map { x in Extent(z, y, x) } } }
}

/// The positions of a box, each with its linear index.
func positions(of extent: Extent) -> [Coordinate] {
  (0..<extent.count).map { extent.position(of: $0) }
}

/// A small generator so that failures repeat: Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
/// OOPSLA 2014.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
