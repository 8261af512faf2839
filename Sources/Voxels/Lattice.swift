/// A volume cut into boxes of one size, anchored at the origin; the last box along an axis is ragged.
///
/// Shards, chunks, cells and blocks are boxes of lattices. Boxes are numbered in C order (x fastest).
public struct Lattice: Hashable, Sendable {
  /// What is cut.
  public let extent: Extent
  /// The size of a box that is not ragged.
  public let cell: Extent
  /// Number of boxes along each axis.
  public let counts: Extent

  public init(extent: Extent, cell: Extent) {
    precondition(!cell.isEmpty, "a lattice needs boxes of at least one voxel")
    self.extent = extent
    self.cell = cell
    self.counts = extent.dividedRoundingUp(by: cell)
  }

  /// Number of boxes.
  public var count: Int { counts.count }

  public func position(of index: Int) -> Coordinate { counts.position(of: index) }
  public func index(of position: Coordinate) -> Int { counts.index(of: position) }

  /// The box at `position`, cut at the end of the volume.
  public func region(at position: Coordinate) -> Region {
    fullRegion(at: position).intersection(Region(extent))
  }

  public func region(_ index: Int) -> Region { region(at: position(of: index)) }

  /// The box at `position` in full size, reaching beyond a ragged end.
  public func fullRegion(at position: Coordinate) -> Region {
    Region(
      origin: Coordinate(position.z * cell.z, position.y * cell.y, position.x * cell.x), extent: cell)
  }

  /// The positions of the boxes that share a voxel with `region`, as a box in the grid of boxes.
  public func positions(intersecting region: Region) -> Region {
    let inside = region.intersection(Region(extent))
    if inside.isEmpty { return Region(origin: .zero, extent: Extent(0)) }
    return Region(
      from: Coordinate(inside.origin.z / cell.z, inside.origin.y / cell.y, inside.origin.x / cell.x),
      to: Coordinate(
        (inside.end.z - 1) / cell.z + 1, (inside.end.y - 1) / cell.y + 1, (inside.end.x - 1) / cell.x + 1))
  }
}

extension Region {
  /// Calls `body` for every position of the box in C order (x fastest).
  @inlinable
  public func forEachPosition(_ body: (Coordinate) throws -> Void) rethrows {
    for z in range(0) {
      for y in range(1) {
        for x in range(2) { try body(Coordinate(z, y, x)) }
      }
    }
  }
}
