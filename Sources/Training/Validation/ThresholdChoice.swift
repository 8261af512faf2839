import Segmentation

/// The probability threshold of foreground under which the validation volumes score best, as far as they tell.
///
/// Dice is the mean over the volumes of a structure, then over structures. A volume without annotated foreground has no Dice
/// of its own, but what is found in it is wrong: its false positives are shared evenly among the other volumes of its
/// structure. Of all thresholds that are worse than the best by no more than the standard error of their difference, the one
/// nearest to 0.5 is taken: what a few volumes favour by less than they differ is chance (the rule of one standard error of
/// L. Breiman et al., "Classification and Regression Trees", 1984).
package struct ThresholdChoice: Sendable, Equatable {
  package let threshold: Float
  /// The mean Dice with it.
  package let dice: Double
  /// The mean Dice with the threshold of 0.5.
  package let diceAtHalf: Double

  /// Thresholds in hundredths: beyond them a network is not to be trusted with a few volumes.
  private static let candidates = 10...90
  /// The mean Dice that a threshold nearer to 0.5 may lack in any case.
  private static let tolerance = 0.002

  /// - Parameter volumes: histograms with the structure of each volume.
  /// - Returns: nil when no volume has annotated foreground.
  package init?(_ volumes: [(structure: String, histogram: ProbabilityHistogram)]) {
    let structures = Dictionary(grouping: volumes, by: \.structure).sorted { $0.key < $1.key }
      .map { $0.value.map(\.histogram) }
      .filter { $0.contains { $0.foregroundCount > 0 } }
    guard !structures.isEmpty else { return nil }
    let scores = Self.candidates.map { hundredths in
      let threshold = ProbabilityThreshold(Float(hundredths) / 100)
      return structures.map { Self.dice(of: $0, threshold) }
    }
    let curve = scores.map { PairedDifference($0).mean }
    let best = curve.indices.max { (curve[$0], $1) < (curve[$1], $0) }!
    let good = curve.indices.filter { index in
      let lack = PairedDifference(zip(scores[best], scores[index]).map { zip($0, $1).map { $0 - $1 } })
      return lack.mean <= max(Self.tolerance, lack.standardError)
    }
    let half = 50 - Self.candidates.lowerBound
    // Of two that are equally near, the one that scores better, then the lower.
    let chosen = good.min { (abs($0 - half), -curve[$0], $0) < (abs($1 - half), -curve[$1], $1) }!
    threshold = Float(Self.candidates.lowerBound + chosen) / 100
    dice = curve[chosen]
    diceAtHalf = curve[half]
  }

  /// Of those volumes of one structure that have annotated foreground.
  private static func dice(of volumes: [ProbabilityHistogram], _ threshold: ProbabilityThreshold) -> [Double] {
    let annotated = volumes.filter { $0.foregroundCount > 0 }
    let elsewhere = volumes.filter { $0.foregroundCount == 0 }.reduce(0) { $0 + $1.counts(threshold).falsePositives }
    let share = Double(elsewhere) / Double(annotated.count)
    return annotated.map { volume in
      let counts = volume.counts(threshold)
      let twice = 2 * Double(counts.truePositives)
      return twice / (twice + Double(counts.falsePositives) + share + Double(counts.falseNegatives))
    }
  }
}
