import Voxels

extension SyntheticOrgan {
  /// Where an annotated crop of `size` shows something: the first of 16 random places in the tissue with enough of the
  /// structure, or the one with the most.
  func pairRegion(of size: Extent, number: Int) -> Region {
    var stream = HashKey(seed: seed, purpose: .pairs)[structure.number][number].stream
    var best = Region(size)
    var bestCount = -1
    var placesInTissue = 0
    // Half of the box around an organ is tissue; a thousand draws always find some.
    for _ in 0..<1000 where placesInTissue < 16 {
      let region = randomRegion(of: size, from: &stream)
      let middle = Point(region.origin) + Point(Double(size.z), Double(size.y), Double(size.x)) / 2
      if anatomy.depth(middle) <= 0 { continue }
      placesInTissue += 1
      let count = labelledVoxelCount(labels(region))
      if count > bestCount {
        best = region
        bestCount = count
      }
      if Double(count) >= structure.ampleShare * Double(region.count) { break }
    }
    return best
  }

  /// Where an annotated crop of `size` shows what most of an organ looks like, whatever it holds of the structure: the
  /// first of the random places of which at least a third is tissue, or the one with most.
  ///
  /// - Parameter showsBorder: whether it is to be cut by the border of the tissue. How much of it is tissue is drawn between
  ///   a twentieth and four fifths, all shares alike: a network that has seen only crops with much tissue takes the
  ///   border for structure in tiles with little.
  func randomPairRegion(of size: Extent, number: Int, showsBorder: Bool = false) -> Region {
    var stream = HashKey(seed: seed, purpose: .pairs)[structure.number][number].stream
    var wanted = 1 / 3.0...1
    if showsBorder {
      let share = 0.05 + 0.75 * stream.uniform()
      wanted = share - 0.04...share + 0.04
    }
    var best = Region(size)
    var leastLack = Double.infinity
    for _ in 0..<1000 {
      let region = randomRegion(of: size, from: &stream)
      let share = tissueShare(of: region)
      let lack = max(wanted.lowerBound - share, share - wanted.upperBound)
      if lack < leastLack {
        best = region
        leastLack = lack
      }
      if lack <= 0 { break }
    }
    return best
  }

  /// The share of `region` that is tissue, from 8 × 8 × 8 points.
  private func tissueShare(of region: Region) -> Double {
    let points = 8
    var inside = 0
    Region(Extent(points)).forEachPosition { step in
      func place(_ axis: Int) -> Double {
        Double(region.origin[axis]) + (Double(step[axis]) + 0.5) * Double(region.extent[axis]) / Double(points)
      }
      if anatomy.depth(Point(place(0), place(1), place(2))) > 0 { inside += 1 }
    }
    return Double(inside) / Double(points * points * points)
  }

  private func randomRegion(of size: Extent, from stream: inout HashStream) -> Region {
    func start(_ axis: Int) -> Int { Int(stream.uniform() * Double(extent[axis] - size[axis] + 1)) }
    return Region(origin: Coordinate(start(0), start(1), start(2)), extent: size)
  }
}

/// Voxels of a uint32 or uint8 buffer that are not zero.
func labelledVoxelCount(_ buffer: VoxelBuffer) -> Int {
  withExtendedLifetime(buffer) {
    switch buffer.type {
    case .uint32: buffer.voxels(as: UInt32.self).reduce(0) { $0 + ($1 == 0 ? 0 : 1) }
    default: buffer.voxels(as: UInt8.self).reduce(0) { $0 + ($1 == 0 ? 0 : 1) }
    }
  }
}

extension Structure {
  /// The labelled share of a crop that is worth annotating.
  fileprivate var ampleShare: Double {
    switch self {
    case .nuclei: 0.025
    case .plaques: 0.012
    case .vessels: 0.015
    case .axons: 0.005
    }
  }
}
