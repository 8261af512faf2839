import Voxels

/// Every extent with edges 1 to `edge`.
func extents(upTo edge: Int) -> [Extent] {
  (1...edge).flatMap { z in (1...edge).flatMap { y in (1...edge).map { x in Extent(z, y, x) } } }
}

/// The positions of a box, each with its linear index.
func positions(of extent: Extent) -> [Coordinate] {
  (0..<extent.count).map { extent.position(of: $0) }
}
