/// How the positions of one grid along an axis are made from those of another that begins at the same place and whose
/// voxels have another edge.
///
/// A target voxel is a weighted mean of the source voxels around its centre. Weights fall linearly with the distance, to
/// zero at the radius: one source voxel where the target's are smaller, which is linear interpolation, and one target voxel
/// where they are larger. The wider triangle averages what the coarser grid cannot show, which would otherwise appear in it
/// as patterns that are not there (aliasing). Unlike a Gaussian it ends, so that a block needs a margin of known width, and
/// unlike cubic kernels it has no negative weights, so that nothing overshoots beside a bright cell. Pillow's `BILINEAR` and
/// PyTorch's `interpolate(mode="bilinear", antialias=True)` compute the same.
///
/// Weights depend on the position alone, not on the block that asks.
package struct ResamplingAxis: Sendable, Equatable {
  package let sourceCount: Int
  package let targetCount: Int
  /// The edge of a target voxel in source voxels.
  package let step: Double

  package init(from sourceCount: Int, to targetCount: Int, step: Double) {
    precondition(sourceCount > 0 && targetCount > 0 && step > 0, "\(sourceCount) to \(targetCount) voxels by \(step)")
    self.sourceCount = sourceCount
    self.targetCount = targetCount
    self.step = step
  }

  /// Whether every target voxel is the source voxel at the same position.
  var isIdentity: Bool { step == 1 && sourceCount == targetCount }

  private var radius: Double { max(1, step) }

  /// The centre of target voxel `index` in source voxels, moved to the last source voxel where it lies beyond.
  private func centre(_ index: Int) -> Double {
    min(max((Double(index) + 0.5) * step - 0.5, 0), Double(sourceCount - 1))
  }

  /// The source positions with weight in target voxel `index`; at least one.
  package func sources(of index: Int) -> Range<Int> {
    let centre = centre(index)
    // Those at the radius itself have none.
    let first = Int((centre - radius).rounded(.down)) + 1
    let last = Int((centre + radius).rounded(.up)) - 1
    return max(0, first)..<(min(sourceCount - 1, last) + 1)
  }

  /// The source positions with weight in any voxel of `range`, which is not empty.
  package func sources(of range: Range<Int>) -> Range<Int> {
    sources(of: range.lowerBound).lowerBound..<sources(of: range.upperBound - 1).upperBound
  }

  /// The weights of the source positions `sources(of: index)`, which add up to 1.
  package func weights(of index: Int) -> [Float] {
    let centre = centre(index)
    let raw = sources(of: index).map { 1 - abs(Double($0) - centre) / radius }
    let sum = raw.reduce(0, +)
    return raw.map { Float($0 / sum) }
  }

  /// The most source positions that a target voxel is made of.
  package var mostSources: Int { min(sourceCount, 2 * Int(radius.rounded(.up)) + 1) }
}
