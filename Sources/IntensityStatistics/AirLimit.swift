import Voxels

/// How bright the voxels of one cell may be if there is nothing but air in it, by the air around.
package struct AirLimit: Equatable, Sendable {
  /// Air explains no voxel above this.
  package let impossible: Double
  /// Air explains single voxels above this, but not neighbours.
  package let unlikely: Double

  package init(impossible: Double, unlikely: Double) {
    self.impossible = impossible
    self.unlikely = unlikely
  }

  /// A cell with no air around: every voxel may be tissue.
  package static let tissue = AirLimit(impossible: -.infinity, unlikely: -.infinity)

  /// In widths of the air's noise. Gaussian noise reaches 6 once in 10⁹ voxels; the noise of few photons is skewed, and on
  /// real volumes one voxel of air in 10⁵ lies beyond 8.
  private static let impossibleWidths = 10.0
  private static let unlikelyWidths = 5.0

  /// The limits of all cells. The reference is the darkest of a cell and its neighbours, so that an object that fills a cell
  /// is not taken for its background; it must be darker than tissue.
  static func all(
    _ profiles: [CellProfile?], counts: Extent, noise: NoiseModel, surround: Surround
  ) -> [AirLimit] {
    if surround.kind == .none { return profiles.map { _ in .tissue } }
    let backgrounds = profiles.map { $0?.level ?? noise.level }
    return CellNeighbours(counts: counts).darkest(backgrounds).map { darkest in
      let level = backgrounds[darkest]
      if level >= surround.limit { return .tissue }
      let width = profiles[darkest].map { max($0.lowerWidth, min($0.gradientWidth, 1.5 * $0.lowerWidth)) } ?? 0
      let deviation = noise.deviation(at: level)
      // A cell that the border of tissue cuts has the width of that border, not of air: what is as bright as tissue is
      // explained by noise, which may be twice that of the model, or not at all.
      let most = surround.kind == .air ? surround.limit : .infinity
      func limit(_ widths: Double) -> Double {
        level + max(min(widths * width, max(most - level, widths * 2 * deviation)), widths * deviation)
      }
      return AirLimit(impossible: limit(impossibleWidths), unlikely: limit(unlikelyWidths))
    }
  }
}
