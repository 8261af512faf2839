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
      func start(_ axis: Int) -> Int { Int(stream.uniform() * Double(extent[axis] - size[axis] + 1)) }
      let region = Region(origin: Coordinate(start(0), start(1), start(2)), extent: size)
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
