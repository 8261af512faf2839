import Voxels

/// Brightness and tail contrast of one cell, from which regions are judged.
package struct CellSignal: Equatable, Sendable {
  /// The cell's median, moved to the side of `Surround.limit` on which its neighbours are when it stands alone.
  package let level: Double
  /// How far the brightest structure stands out of the cell, in noise widths; 3.35 for pure noise.
  package let tailContrast: Double

  /// What pure noise gives in a cell of 50³, the usual size: contrasts of other cells are scaled to that.
  private static let usualTop = 3.35

  /// The cell where `higher` is asked of it and `lower` of others: a contrast between the two is put under the lower one.
  func asked(_ higher: Double, insteadOf lower: Double) -> CellSignal {
    tailContrast >= lower && tailContrast < higher ? CellSignal(level: level, tailContrast: lower.nextDown) : self
  }

  /// The signals of all cells of a volume.
  ///
  /// 1. *Air and tissue*: a cell is tissue from `Surround.limit` on; one that has no neighbour of its own kind is what its
  ///    neighbours are.
  /// 2. *Tail contrast* is (top − level) / w: top is the brightness of all but a few of the cell's voxels, level its
  ///    median, and w the larger of the noise at that level and the cell's own width below the median, which carries
  ///    the texture around. A ramp of brightness widens w as well as the tail.
  /// 3. Where structures fill most of a cell, its median lies in them. Such cells have sharp borders inside: their
  ///    contrast is (top − p10) over the width around p10, if the gradients exceed that width likewise. Cells beside
  ///    air are not judged this way, for the surface of the sample looks the same.
  /// 4. In a cell of air that touches tissue, what is bright is tissue: it must exceed the brightest neighbour's p84.
  /// 5. In a cell of tissue that the surface of the sample cuts (its dark tenth is air), median and width are those of a
  ///    mixture. Its level is the brightest background of the whole tissue around, and w that tissue's mean width at p10;
  ///    where the surface itself is bright, how far the 84th percentile of most cells on it lies above the level.
  ///
  /// - Parameter profiles: of each cell; nil for padding, which is air without signal.
  static func all(
    _ profiles: [CellProfile?], counts: Extent, noise: NoiseModel, surround: Surround, padding: Double
  ) -> [CellSignal] {
    let neighbours = CellNeighbours(counts: counts)
    var isTissue = profiles.map { ($0?.level ?? -.infinity) >= surround.limit }
    if surround.kind == .air {
      let tissue = neighbours.count(isTissue)
      let air = neighbours.count(isTissue.map { !$0 })
      for index in isTissue.indices where profiles[index] != nil {
        if isTissue[index] ? tissue[index] == 1 && air[index] > 1 : air[index] == 1 && tissue[index] > 1 {
          isTissue[index].toggle()
        }
      }
    }
    let nearTissue = neighbours.count(isTissue)
    let nearAir = neighbours.count(isTissue.map { !$0 })
    let isWhole = zip(profiles, isTissue).map { profile, isTissue in
      isTissue && (profile?.low ?? -.infinity) >= surround.limit
    }
    /// Level and width to judge a cell on the surface by; nil where no whole tissue is around.
    func surface(around index: Int) -> (level: Double, width: Double)? {
      var (level, widths, count) = (-Double.infinity, 0.0, 0)
      var rims: [Double] = []
      neighbours.forEach(around: index) { other in
        guard isTissue[other], other != index, let profile = profiles[other] else { return }
        if isWhole[other] {
          level = max(level, profile.background)
          widths += profile.lowWidth
          count += 1
        } else {
          rims.append(profile.high)
        }
      }
      return count > 0 ? (level, max(widths / Double(count), (quantile(rims, 0.5) ?? 0) - level)) : nil
    }
    return profiles.indices.map { index in
      guard let profile = profiles[index] else { return CellSignal(level: padding, tailContrast: 0) }
      var reference = profile.level
      var width = profile.lowerWidth
      if surround.kind == .air, isTissue[index], !isWhole[index], let surface = surface(around: index) {
        (reference, width) = surface
      } else if !isTissue[index] {
        // Air has no texture: its own gradients are noise, skewed where photons are few.
        width = max(width, min(profile.gradientWidth, 1.5 * width))
        if surround.kind == .air, nearTissue[index] > 0 {
          neighbours.forEach(around: index) { other in
            guard let other = profiles[other] else { return }
            reference = max(reference, other.high)
            width = max(width, other.lowerWidth)
          }
        }
      }
      var contrast = (profile.top - reference) / max(width, noise.deviation(at: reference))
      if isTissue[index], nearAir[index] == 0 { contrast = max(contrast, denseContrast(profile, noise)) }
      return CellSignal(
        level: isTissue[index]
          ? max(profile.level, surround.limit) : min(profile.level, surround.limit.nextDown),
        tailContrast: max(0, contrast) * usualTop / profile.expectedTop)
    }
  }

  /// Scaled so that the threshold for it is that of sparse structures: a dense cell's brightest voxels stand 14 widths out of
  /// its background, and its gradients are 2.2 of them, where the tail contrast of a sparse one is 8.
  private static func denseContrast(_ profile: CellProfile, _ noise: NoiseModel) -> Double {
    let width = max(profile.lowWidth, noise.deviation(at: profile.low))
    let borders = profile.gradientWidth / max(profile.lowWidth, noise.deviation)
    return 8 * min((profile.top - profile.low) / width / 14, borders / 2.2 * profile.expectedTop / usualTop)
  }
}
