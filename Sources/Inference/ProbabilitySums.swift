import Voxels

/// Weighted sums of probabilities for the planes of a block that tiles still reach. Plane z stands at z mod depth.
final class ProbabilitySums: @unchecked Sendable {
  private let block: Region
  private let depth: Int
  private let sums: UnsafeMutableBufferPointer<Float>
  /// Planes that something was added to.
  private var isTouched: [Bool]

  init(block: Region, depth: Int) {
    self.block = block
    self.depth = depth
    sums = .allocate(capacity: depth * block.extent.y * block.extent.x)
    sums.initialize(repeating: 0)
    isTouched = Array(repeating: false, count: depth)
  }

  deinit { sums.deallocate() }

  /// Adds the part of a tile that lies in the block.
  ///
  /// - Parameter weights: of the tile's voxels along z, y and x.
  func add(_ probabilities: [Float], _ tile: Region, _ weights: [[Float]]) {
    precondition(probabilities.count == tile.count, "a tile of \(tile.extent) has \(probabilities.count) probabilities")
    let part = tile.intersection(block)
    let xWeights = weights[2]
    probabilities.withUnsafeBufferPointer { probabilities in
      xWeights.withUnsafeBufferPointer { xWeights in
        for z in part.range(0) {
          let plane = z % depth
          isTouched[plane] = true
          for y in part.range(1) {
            let weight = weights[0][z - tile.origin.z] * weights[1][y - tile.origin.y]
            let from = tile.extent.index(of: Coordinate(z, y, part.origin.x) - tile.origin)
            let to =
              (plane * block.extent.y + y - block.origin.y) * block.extent.x + part.origin.x - block.origin.x
            let xOffset = part.origin.x - tile.origin.x
            for x in 0..<part.extent.x {
              sums[to + x] += probabilities[from + x] * (weight * xWeights[xOffset + x])
            }
          }
        }
      }
    }
  }

  /// Hands over plane z, nil when nothing was added to it, and clears it.
  func takePlane(_ z: Int, _ body: (UnsafeMutableBufferPointer<Float>?) throws -> Void) rethrows {
    let plane = z % depth
    guard isTouched[plane] else { return try body(nil) }
    let count = block.extent.y * block.extent.x
    let part = UnsafeMutableBufferPointer(rebasing: sums[(plane * count)..<((plane + 1) * count)])
    try body(part)
    part.update(repeating: 0)
    isTouched[plane] = false
  }
}
