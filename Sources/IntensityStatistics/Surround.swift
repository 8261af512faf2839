import Foundation

/// What lies around the sample in a volume, and where tissue begins.
package struct Surround: Codable, Equatable, Sendable {
  package enum Kind: String, Codable, Sendable {
    /// Air, or a mounting medium, beside tissue.
    case air
    /// The volume is cut from tissue.
    case none
    /// The volume holds nothing but noise.
    case everything
  }

  package let kind: Kind
  /// Cells of this brightness or more are tissue.
  package let limit: Double
  /// How many cells lie between air and tissue, by brightness: the density in the valley over that of the lower of the two
  /// peaks; nil where the kind is not `air`. Above a half the two are hardly told apart.
  package let overlap: Double?

  package init(kind: Kind, limit: Double, overlap: Double?) {
    self.kind = kind
    self.limit = limit
    self.overlap = overlap
  }

  package var text: String {
    switch kind {
    case .air: "air, tissue from \(limit) on"
    case .none: "tissue everywhere"
    case .everything: "noise everywhere"
    }
  }

  /// Width of a bin of the cells' distribution, in doublings.
  private static let binWidth = 0.25
  /// A valley lies under this share of the highest peak to its right.
  private static let valleyShare = 0.1
  /// The same where most cells are white noise: so much air shows that there is a sample somewhere, if there is a second peak.
  private static let noisyValleyShare = 0.2
  /// Air is darker than the least tissue by at least this many doublings in a quarter of its cells.
  private static let leastDistance = 1.0
  private static let leastAirShare = 0.002
  private static let leastTissueShare = 0.01
  /// In white noise all variance is between neighbours: cells of nothing else have a ratio of 1.
  private static let mostWhiteness = 1.3

  /// Tells air from tissue by the distribution of the cells' medians over the volume.
  ///
  /// 1. Cells are counted by brightness in steps of a quarter of a doubling above the darkest level
  ///    (`NoiseModel.doublings`), where glowing air, dim and bright tissue are lobes of comparable width; smoothed with
  ///    ¼, ½, ¼.
  /// 2. A valley is a run of steps that each have less than a tenth of the highest peak on their right. Air that glows
  ///    ever more towards the sample fills such a valley without being a peak of its own, so tissue begins where the
  ///    run ends.
  /// 3. Of the valleys that leave enough cells on either side, far enough apart, the one that separates best is taken
  ///    (largest variance between the two sides; Otsu, IEEE Trans. Syst. Man Cybern. 9, 62, 1979).
  /// 4. Without a valley the volume is tissue, unless half of its cells are white noise. Then a shallower valley does, of less
  ///    than a fifth; without one, all is air.
  ///
  /// - Parameter cells: those without padding.
  static func find(in cells: [CellProfile], _ noise: NoiseModel) -> Surround {
    let positions = cells.map { noise.doublings($0.level) }
    var density = [Double](repeating: 0, count: Int(positions.max()! / binWidth) + 2)
    for position in positions { density[Int(position / binWidth)] += 1 }
    func air(_ valley: (end: Int, overlap: Double)) -> Surround {
      Surround(
        kind: .air, limit: noise.brightness(atDoublings: Double(valley.end) * binWidth), overlap: valley.overlap)
    }
    if let valley = bestValley(density, under: valleyShare) { return air(valley) }
    let whiteness = median(
      cells.map { cell in
        let gradient = max(cell.gradientWidth, 1e-9)
        return cell.deviation * cell.deviation / (gradient * gradient)
      })
    if whiteness < mostWhiteness {
      if let valley = bestValley(density, under: noisyValleyShare) { return air(valley) }
      return Surround(kind: .everything, limit: cells.map(\.level).max()!.nextUp, overlap: nil)
    }
    return Surround(kind: .none, limit: cells.map(\.level).min()!, overlap: nil)
  }

  /// The first step of tissue, and how full the valley is; nil where no valley lies under the share of the peak.
  private static func bestValley(_ density: [Double], under share: Double) -> (end: Int, overlap: Double)? {
    let smoothed = density.indices.map { index in
      ((index > 0 ? density[index - 1] : 0) + 2 * density[index] + (index + 1 < density.count ? density[index + 1] : 0))
        / 4
    }
    // The highest peak from each step on.
    var peaks = smoothed
    for index in peaks.indices.dropLast().reversed() { peaks[index] = max(peaks[index], peaks[index + 1]) }
    let all = density.reduce(0, +)
    var best: (end: Int, overlap: Double)?
    var bestScore = 0.0
    var index = 0
    while index < smoothed.count {
      let start = index
      while index < smoothed.count, smoothed[index] <= share * peaks[index] { index += 1 }
      if index == start {
        index += 1
        continue
      }
      guard index < smoothed.count else { break }
      let (air, tissue) = (density[..<index], density[index...])
      let (airCount, tissueCount) = (air.reduce(0, +), tissue.reduce(0, +))
      guard airCount >= max(1, leastAirShare * all), tissueCount >= max(1, leastTissueShare * all),
        Double(index) - firstQuarter(air) >= leastDistance / binWidth
      else { continue }
      let distance = centre(tissue) - centre(air)
      let score = airCount * tissueCount * distance * distance
      if score > bestScore {
        bestScore = score
        let lowerPeak = min(peaks[index], smoothed[..<index].max()!)
        best = (index, smoothed[start..<index].min()! / max(lowerPeak, .leastNonzeroMagnitude))
      }
    }
    return best
  }

  /// The step under which a quarter of the cells lie, its middle.
  private static func firstQuarter(_ density: ArraySlice<Double>) -> Double {
    let quarter = density.reduce(0, +) / 4
    var below = 0.0
    for index in density.indices {
      below += density[index]
      if below >= quarter { return Double(index) + 0.5 }
    }
    return 0
  }

  private static func centre(_ density: ArraySlice<Double>) -> Double {
    density.indices.reduce(0) { $0 + density[$1] * Double($1) } / density.reduce(0, +)
  }
}
