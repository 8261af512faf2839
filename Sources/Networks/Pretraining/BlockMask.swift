import Files
import Torch

/// Which blocks of a crop are masked in pretraining: cubes, chosen by a seed alone.
package struct BlockMask: Sendable {
  /// Edges of the crop, (z, y, x).
  package let extent: [Int]
  package let blockEdge: Int
  /// Blocks along (z, y, x); the last may be cut off by the crop.
  package let counts: [Int]
  /// For each block in C order, whether it is masked.
  package let hidden: [Bool]

  /// Masks the whole number of blocks nearest to `ratio`.
  ///
  /// - Precondition: positive extent and edge, ratio between 0 and 1.
  package init(extent: [Int], blockEdge: Int = 16, ratio: Double = 0.75, seed: UInt64) {
    precondition(extent.count == 3 && extent.allSatisfy { $0 > 0 } && blockEdge > 0 && (0...1).contains(ratio))
    self.extent = extent
    self.blockEdge = blockEdge
    counts = extent.map { ($0 + blockEdge - 1) / blockEdge }
    let blockCount = counts.reduce(1, *)
    let hiddenCount = Int((Double(blockCount) * ratio).rounded())
    var order = Array(0..<blockCount)
    var random = RandomStream(seed: seed, name: "block mask")
    // A Fisher–Yates shuffle, only as far as needed.
    for index in 0..<min(hiddenCount, blockCount - 1) {
      order.swapAt(index, index + random.integer(below: blockCount - index))
    }
    var hidden = [Bool](repeating: false, count: blockCount)
    for index in order.prefix(hiddenCount) { hidden[index] = true }
    self.hidden = hidden
  }

  /// One byte a voxel in C order, 1 where masked.
  package func voxels() -> [UInt8] {
    var result = [UInt8]()
    result.reserveCapacity(extent.reduce(1, *))
    for z in 0..<extent[0] {
      for y in 0..<extent[1] {
        let row = (z / blockEdge * counts[1] + y / blockEdge) * counts[2]
        for x in 0..<extent[2] { result.append(hidden[row + x / blockEdge] ? 1 : 0) }
      }
    }
    return result
  }

  /// The masks of a batch as (batch, 1, z, y, x) float32, 1 where masked.
  package static func tensor(_ masks: [BlockMask], device: Device = .cpu) throws -> Tensor {
    let voxels = masks.flatMap { $0.voxels() }
    return try Tensor.copying(voxels, shape: [masks.count, 1] + (masks.first?.extent ?? [0, 0, 0]))
      .to(.float32, device: device)
  }
}
