import Voxels

/// Thins a mask to lines one voxel wide: T.-C. Lee, R. L. Kashyap and C.-N. Chu, "Building skeleton models via 3-D
/// medial surface/axis thinning algorithms", CVGIP: Graphical Models and Image Processing 56, 1994.
///
/// 1. From six directions in turn, every voxel that is background on that side, is not the end of a line (one
///    neighbour), keeps the Euler characteristic and leaves its neighbours in one piece is a candidate.
/// 2. Candidates go one after the other, in C order, if their neighbours are still in one piece by then.
/// 3. This repeats until no direction removes a voxel.
///
/// Step 2 lets the last voxel of a small compact object go, so that a cube of 2³ leaves nothing. The paper and
/// scikit-image's `skeletonize`, by which clDice is scored elsewhere, do the same, and scores must be comparable.
///
/// Voxels outside the volume are background. Memory: a byte a voxel and 8 bytes a foreground voxel.
package struct Skeleton {
  /// 1 on the skeleton, 0 elsewhere, C order.
  package let mask: [UInt8]

  /// - Parameter mask: not 0 for foreground; extent.count values in C order.
  package init(_ mask: UnsafeBufferPointer<UInt8>, extent: Extent) {
    precondition(mask.count == extent.count, "\(mask.count) values are no mask of \(extent)")
    let padded = extent + Extent(2)
    var voxels = [UInt8](repeating: 0, count: padded.count)
    var foreground: [Int] = []
    for z in 0..<extent.z {
      for y in 0..<extent.y {
        let from = extent.index(of: Coordinate(z, y, 0))
        let to = padded.index(of: Coordinate(z + 1, y + 1, 1))
        for x in 0..<extent.x where mask[from + x] != 0 {
          voxels[to + x] = 1
          foreground.append(to + x)
        }
      }
    }
    voxels.withUnsafeMutableBufferPointer { thin($0, padded, &foreground) }
    var result = [UInt8](repeating: 0, count: extent.count)
    for index in foreground {
      let position = padded.position(of: index)
      result[extent.index(of: Coordinate(position.z - 1, position.y - 1, position.x - 1))] = 1
    }
    self.mask = result
  }
}

/// The sides in the order in which they are thinned. The order decides which of two equally central voxels stays; this
/// is scikit-image's.
private let sides = [
  Coordinate(0, -1, 0), Coordinate(0, 1, 0), Coordinate(0, 0, 1), Coordinate(0, 0, -1), Coordinate(1, 0, 0),
  Coordinate(-1, 0, 0),
]

/// Thins `voxels`, whose outermost layer is background; `foreground` lists the voxels that are left, in C order.
private func thin(_ voxels: UnsafeMutableBufferPointer<UInt8>, _ extent: Extent, _ foreground: inout [Int]) {
  let neighbourhood = Neighbourhood()
  let steps = Neighbourhood.offsets.map { ($0.z * extent.y + $0.y) * extent.x + $0.x }
  func neighbours(_ index: Int) -> UInt32 {
    steps.withUnsafeBufferPointer { steps in
      var bits: UInt32 = 0
      for n in 0..<26 { bits |= UInt32(voxels[index + steps[n]]) << UInt32(n) }
      return bits
    }
  }
  // A volume of a single plane is a figure: thinned from above and below it would lose the ends of its lines.
  let isSolid = extent.z > 3
  var candidates: [Int] = []
  var changed = true
  while changed {
    changed = false
    for side in sides where side.z == 0 || isSolid {
      let step = (side.z * extent.y + side.y) * extent.x + side.x
      candidates.removeAll(keepingCapacity: true)
      for index in foreground where voxels[index + step] == 0 {
        let bits = neighbours(index)
        if bits.nonzeroBitCount != 1, neighbourhood.keepsEulerCharacteristic(bits), neighbourhood.isOnePiece(bits) {
          candidates.append(index)
        }
      }
      var removed = false
      for index in candidates where neighbourhood.isOnePiece(neighbours(index)) {
        voxels[index] = 0
        removed = true
      }
      if removed {
        changed = true
        foreground.removeAll { voxels[$0] == 0 }
      }
    }
  }
}
