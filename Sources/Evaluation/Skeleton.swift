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
/// Voxels outside the volume are background. Memory: two bytes a voxel, and 16 bytes a foreground voxel where the
/// foreground may be listed, which is faster.
package struct Skeleton {
  /// 1 on the skeleton, 0 elsewhere, C order.
  package let mask: [UInt8]

  /// - Parameters:
  ///   - mask: not 0 for foreground; extent.count values in C order.
  ///   - listsForeground: whether there is memory to list the foreground; the result does not depend on it.
  ///   - checkpoint: called now and then; what it throws ends the thinning.
  package init(
    _ mask: UnsafeBufferPointer<UInt8>, extent: Extent, listsForeground: Bool = true,
    checkpoint: () throws -> Void = {}
  ) throws {
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
          if listsForeground { foreground.append(to + x) }
        }
      }
    }
    try voxels.withUnsafeMutableBufferPointer { voxels in
      let thinning = Thinning(voxels, padded)
      if listsForeground {
        try thinning.thin(&foreground, checkpoint)
      } else {
        try thinning.thin(checkpoint)
      }
    }
    var result = [UInt8](repeating: 0, count: extent.count)
    for z in 0..<extent.z {
      for y in 0..<extent.y {
        let to = extent.index(of: Coordinate(z, y, 0))
        let from = padded.index(of: Coordinate(z + 1, y + 1, 1))
        for x in 0..<extent.x { result[to + x] = voxels[from + x] }
      }
    }
    self.mask = result
  }
}

/// Thins the voxels of a volume whose outermost layer is background: 1 for foreground, 0 for background.
private struct Thinning {
  /// The sides in the order in which they are thinned. The order decides which of two equally central voxels stays; this
  /// is scikit-image's.
  private static let sides = [
    Coordinate(0, -1, 0), Coordinate(0, 1, 0), Coordinate(0, 0, 1), Coordinate(0, 0, -1), Coordinate(1, 0, 0),
    Coordinate(-1, 0, 0),
  ]
  /// Of a candidate, while the foreground is not listed; its lowest bit is that of foreground.
  private static let candidate: UInt8 = 3

  private let voxels: UnsafeMutableBufferPointer<UInt8>
  private let neighbourhood = Neighbourhood()
  /// What to add to the index of a voxel for each of its 26 neighbours.
  private let neighbourSteps: [Int]
  /// The same for the neighbour on each side that is thinned.
  private let sideSteps: [Int]

  init(_ voxels: UnsafeMutableBufferPointer<UInt8>, _ extent: Extent) {
    func step(_ offset: Coordinate) -> Int { (offset.z * extent.y + offset.y) * extent.x + offset.x }
    self.voxels = voxels
    neighbourSteps = Neighbourhood.offsets.map(step)
    // A volume of a single plane is a figure: thinned from above and below it would lose the ends of its lines.
    let isSolid = extent.z > 3
    sideSteps = Thinning.sides.filter { $0.z == 0 || isSolid }.map(step)
  }

  /// - Parameter foreground: the voxels that are left, in C order.
  func thin(_ foreground: inout [Int], _ checkpoint: () throws -> Void) rethrows {
    var candidates: [Int] = []
    var changed = true
    while changed {
      changed = false
      for step in sideSteps {
        try checkpoint()
        candidates.removeAll(keepingCapacity: true)
        for index in foreground where voxels[index + step] == 0 && isRemovable(index) { candidates.append(index) }
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

  /// The same without a list, going through the whole volume each time.
  func thin(_ checkpoint: () throws -> Void) rethrows {
    var changed = true
    while changed {
      changed = false
      for step in sideSteps {
        try checkpoint()
        var found = false
        for index in voxels.indices where voxels[index] != 0 && voxels[index + step] == 0 && isRemovable(index) {
          voxels[index] = Thinning.candidate
          found = true
        }
        guard found else { continue }
        for index in voxels.indices where voxels[index] == Thinning.candidate {
          if neighbourhood.isOnePiece(neighbours(index)) {
            voxels[index] = 0
            changed = true
          } else {
            voxels[index] = 1
          }
        }
      }
    }
  }

  private func isRemovable(_ index: Int) -> Bool {
    let bits = neighbours(index)
    return bits.nonzeroBitCount != 1 && neighbourhood.keepsEulerCharacteristic(bits) && neighbourhood.isOnePiece(bits)
  }

  private func neighbours(_ index: Int) -> UInt32 {
    neighbourSteps.withUnsafeBufferPointer { steps in
      var bits: UInt32 = 0
      for n in 0..<26 { bits |= UInt32(voxels[index + steps[n]] & 1) << UInt32(n) }
      return bits
    }
  }
}
