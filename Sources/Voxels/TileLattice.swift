/// A volume covered by overlapping tiles of one size, anchored at the origin; the last tile along an axis is moved back
/// so that it ends where the volume ends, or a margin behind it.
///
/// Where the tiles lie depends on the volume, the tile and the overlap alone, never on the block that asks. Along an axis
/// where the volume is smaller than a tile there is one tile with the volume in its middle: it begins before position 0,
/// by half of what it reaches beyond the volume, rounded down. Tiles are numbered in C order (x fastest).
public struct TileLattice: Hashable, Sendable {
  /// What is covered.
  public let extent: Extent
  public let tile: Extent
  /// Distance between the origins of neighbouring tiles; smaller before the last tile of an axis, larger by the margin behind
  /// the first and, at most, before the last. The largest one where tiles are spread evenly.
  public let stride: Extent
  /// Number of tiles along each axis.
  public let counts: Extent
  public let spacing: Spacing
  /// Voxels by which the first tile along each axis begins before the volume and the last ends behind it.
  public let margin: Extent

  /// Where the tiles of an axis lie between the first, which begins with the volume, and the last, which ends with it.
  public enum Spacing: Hashable, Sendable {
    /// At multiples of the stride.
    case fixed
    /// As far apart as they can be at equal distances, rounded half to even: `compute_steps_for_sliding_window` of nnU-Net.
    case even
  }

  /// - Parameter overlap: the share of a tile's edge that it has in common with the next, 0 up to, not including, 1;
  ///   the stride is tile · (1 − overlap), rounded half away from zero, at least 1.
  ///   Of tiles that are spread evenly it is the least that two have in common.
  /// - Parameter margin: as in `init(extent:tile:stride:margin:)`. Tiles that are spread evenly have none.
  public init(extent: Extent, tile: Extent, overlap: Double, spacing: Spacing = .fixed, margin: Int = 0) {
    precondition(!tile.isEmpty, "a lattice needs tiles of at least one voxel")
    precondition(overlap >= 0 && overlap < 1, "tiles cannot overlap by \(overlap) of their size")
    if spacing == .even {
      self.init(evenly: extent, tile, overlap)
      return
    }
    func stride(_ edge: Int) -> Int { max(1, Int((Double(edge) * (1 - overlap)).rounded())) }
    self.init(
      extent: extent, tile: tile, stride: Extent(stride(tile.z), stride(tile.y), stride(tile.x)), margin: margin)
  }

  /// - Parameter margin: voxels by which the first tile is to begin before the volume, and the last to end behind it, where
  ///   there are at least two along an axis. They are taken from what each has in common with its neighbour, at most an eighth
  ///   of that, so that the number of tiles stays the same.
  /// - Precondition: no stride is larger than its tile edge, which would leave voxels uncovered.
  public init(extent: Extent, tile: Extent, stride: Extent, margin: Int = 0) {
    precondition(!tile.isEmpty && !stride.isEmpty, "a lattice needs tiles and strides of at least one voxel")
    precondition(
      stride.z <= tile.z && stride.y <= tile.y && stride.x <= tile.x, "strides \(stride) leave gaps between tiles")
    self.extent = extent
    self.tile = tile
    self.stride = stride
    spacing = .fixed
    func count(_ axis: Int) -> Int {
      if extent[axis] <= 0 { return 0 }
      if extent[axis] <= tile[axis] { return 1 }
      return 1 + (extent[axis] - tile[axis] + stride[axis] - 1) / stride[axis]
    }
    counts = Extent(count(0), count(1), count(2))
    func outside(_ axis: Int) -> Int {
      extent[axis] <= tile[axis] ? 0 : min(margin, (tile[axis] - stride[axis]) / 8)
    }
    self.margin = Extent(outside(0), outside(1), outside(2))
  }

  private init(evenly extent: Extent, _ tile: Extent, _ overlap: Double) {
    self.extent = extent
    self.tile = tile
    spacing = .even
    margin = Extent(0)
    func count(_ axis: Int) -> Int {
      if extent[axis] <= 0 { return 0 }
      let room = Double(max(0, extent[axis] - tile[axis]))
      return 1 + Int((room / max(1, Double(tile[axis]) * (1 - overlap))).rounded(.up))
    }
    let counts = Extent(count(0), count(1), count(2))
    self.counts = counts
    func stride(_ axis: Int) -> Int {
      if counts[axis] < 2 { return tile[axis] }
      return (extent[axis] - tile[axis] + counts[axis] - 2) / (counts[axis] - 1)
    }
    self.stride = Extent(stride(0), stride(1), stride(2))
  }

  /// Number of tiles.
  public var count: Int { counts.count }

  public func position(of index: Int) -> Coordinate { counts.position(of: index) }
  public func index(of position: Coordinate) -> Int { counts.index(of: position) }

  /// Where tile number `index` along `axis` begins; negative for the first where there is a margin, or where the volume is
  /// smaller than a tile by two voxels or more.
  public func origin(_ index: Int, axis: Int) -> Int {
    let room = extent[axis] - tile[axis]
    if room < 0 { return -(-room / 2) }
    if spacing == .fixed {
      if index == 0 { return -margin[axis] }
      return index == counts[axis] - 1 ? room + margin[axis] : index * stride[axis]
    }
    if counts[axis] < 2 { return 0 }
    return Int((Double(room) / Double(counts[axis] - 1) * Double(index)).rounded(.toNearestOrEven))
  }

  /// The tile at `position` in full size; it reaches beyond the volume by the margin, or where the volume is smaller than a
  /// tile.
  public func region(at position: Coordinate) -> Region {
    Region(
      origin: Coordinate(origin(position.z, axis: 0), origin(position.y, axis: 1), origin(position.x, axis: 2)),
      extent: tile)
  }

  public func region(_ index: Int) -> Region { region(at: position(of: index)) }

  /// The positions of the tiles that share a voxel with `region`, as a box in the grid of tiles.
  public func positions(intersecting region: Region) -> Region {
    let inside = region.intersection(Region(extent))
    if inside.isEmpty { return Region(Extent(0)) }
    let z = indices(intersecting: inside.range(0), axis: 0)
    let y = indices(intersecting: inside.range(1), axis: 1)
    let x = indices(intersecting: inside.range(2), axis: 2)
    return Region(
      from: Coordinate(z.lowerBound, y.lowerBound, x.lowerBound),
      to: Coordinate(z.upperBound, y.upperBound, x.upperBound))
  }

  /// The tiles along `axis` that share a voxel with `range`, which is not empty and lies inside the volume.
  public func indices(intersecting range: Range<Int>, axis: Int) -> Range<Int> {
    // The first tile for which a condition holds that holds for all behind it.
    func first(where holds: (_ origin: Int) -> Bool) -> Int {
      var (low, high) = (0, counts[axis])
      while low < high {
        let middle = (low + high) / 2
        if holds(origin(middle, axis: axis)) { high = middle } else { low = middle + 1 }
      }
      return low
    }
    return first { $0 + tile[axis] > range.lowerBound }..<first { $0 >= range.upperBound }
  }
}
