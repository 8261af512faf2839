import Voxels

/// Weighted sums of what tiles say about the planes of a block that tiles still reach. Plane z stands at z mod depth, and
/// holds as many planes as there are values of a voxel.
final class TileSums: @unchecked Sendable {
  private let block: Region
  private let depth: Int
  private let blending: Blending
  private let sums: UnsafeMutableBufferPointer<Float>
  /// Planes that something was added to.
  private var isTouched: [Bool]

  init(block: Region, depth: Int, blending: Blending) {
    self.block = block
    self.depth = depth
    self.blending = blending
    sums = .allocate(capacity: depth * blending.valueCount * block.extent.y * block.extent.x)
    sums.initialize(repeating: 0)
    isTouched = Array(repeating: false, count: depth)
  }

  deinit { sums.deallocate() }

  /// Adds the part of a tile that lies in the block.
  ///
  /// - Parameters:
  ///   - values: those of each voxel of the tile, C order, one after the other as channels are.
  ///   - weights: of the tile's voxels along z, y and x.
  func add(_ values: [Float], _ tile: Region, _ weights: [[Float]]) {
    let valueCount = blending.valueCount
    precondition(values.count == tile.count * valueCount, "a tile of \(tile.extent) has \(values.count) values")
    let part = tile.intersection(block)
    let xWeights = weights[2]
    let background = blending.background
    values.withUnsafeBufferPointer { values in
      xWeights.withUnsafeBufferPointer { xWeights in
        for z in part.range(0) {
          let plane = z % depth
          isTouched[plane] = true
          for number in 0..<valueCount {
            for y in part.range(1) {
              let weight = weights[0][z - tile.origin.z] * weights[1][y - tile.origin.y]
              let from =
                number * tile.count + tile.extent.index(of: Coordinate(z, y, part.origin.x) - tile.origin)
              let row = (plane * valueCount + number) * block.extent.y + y - block.origin.y
              let to = row * block.extent.x + part.origin.x - block.origin.x
              let xOffset = part.origin.x - tile.origin.x
              for x in 0..<part.extent.x {
                sums[to + x] += (values[from + x] - background) * (weight * xWeights[xOffset + x])
              }
            }
          }
        }
      }
    }
  }

  /// Hands over the probabilities of plane z, nil when nothing was added to it, and clears it.
  func takePlane(_ z: Int, _ body: (UnsafeMutableBufferPointer<Float>?) throws -> Void) rethrows {
    let plane = z % depth
    guard isTouched[plane] else { return try body(nil) }
    let count = blending.valueCount * block.extent.y * block.extent.x
    let part = UnsafeMutableBufferPointer(rebasing: sums[(plane * count)..<((plane + 1) * count)])
    try body(blending.probabilities(of: part))
    part.update(repeating: 0)
    isTouched[plane] = false
  }
}
