import Segmentation

/// The probability threshold of foreground under which the validation volumes score best.
///
/// Dice is the mean over the volumes of a structure, then over structures, so that a structure with few volumes counts as
/// much as any other. A volume without annotated foreground has no Dice of its own, but what is found in it is wrong: its
/// false positives are shared evenly among the other volumes of its structure.
package struct ThresholdChoice: Sendable, Equatable {
  package let threshold: Float
  /// The mean Dice with it.
  package let dice: Double
  /// The mean Dice with the threshold of 0.5.
  package let diceAtHalf: Double

  /// Thresholds in hundredths: beyond them a network is not to be trusted with a few volumes.
  private static let candidates = 10...90
  /// The mean Dice that a threshold nearer to 0.5 may lack: where the curve is flat, its maximum is chance.
  private static let tolerance = 0.002

  /// - Parameter volumes: histograms with the structure of each volume.
  /// - Returns: nil when no volume has annotated foreground.
  package init?(_ volumes: [(structure: String, histogram: ProbabilityHistogram)]) {
    let structures = Dictionary(grouping: volumes, by: \.structure).sorted { $0.key < $1.key }
      .map { $0.value.map(\.histogram) }
      .filter { $0.contains { $0.foregroundCount > 0 } }
    guard !structures.isEmpty else { return nil }
    let curve = Self.candidates.map { hundredths in
      let threshold = ProbabilityThreshold(Float(hundredths) / 100)
      return structures.reduce(0) { $0 + Self.meanDice(of: $1, threshold) } / Double(structures.count)
    }
    let best = curve.max()!
    let good = curve.indices.filter { curve[$0] >= best - Self.tolerance }
    let half = 50 - Self.candidates.lowerBound
    // Of two that are equally near, the one that scores better, then the lower.
    let chosen = good.min { (abs($0 - half), -curve[$0], $0) < (abs($1 - half), -curve[$1], $1) }!
    threshold = Float(Self.candidates.lowerBound + chosen) / 100
    dice = curve[chosen]
    diceAtHalf = curve[half]
  }

  /// Of the volumes of one structure, some of which have annotated foreground.
  private static func meanDice(of volumes: [ProbabilityHistogram], _ threshold: ProbabilityThreshold) -> Double {
    let annotated = volumes.filter { $0.foregroundCount > 0 }
    let elsewhere = volumes.filter { $0.foregroundCount == 0 }.reduce(0) { $0 + $1.counts(threshold).falsePositives }
    let share = Double(elsewhere) / Double(annotated.count)
    let scores = annotated.map { volume in
      let counts = volume.counts(threshold)
      let twice = 2 * Double(counts.truePositives)
      return twice / (twice + Double(counts.falsePositives) + share + Double(counts.falseNegatives))
    }
    return scores.reduce(0, +) / Double(scores.count)
  }
}
