/// The scores that are reported. Two empty masks agree: each of their scores is 1.
extension EvaluationResult {
  /// Whether neither mask has a voxel of foreground that counts.
  package var isEmpty: Bool { counts.predicted == 0 && counts.annotated == 0 }

  package var diceScore: Double { counts.dice ?? 1 }

  /// Nil where it was not computed.
  package var panopticScore: Double? { panopticQuality.map { $0.quality ?? 1 } }

  /// Panoptic quality with Dice in place of IoU, as the SELMA3D challenge counts it; nil where it was not computed.
  package var panopticScoreByDice: Double? { panopticQuality.map { $0.qualityByDice ?? 1 } }

  /// Nil where it was not computed.
  package var centrelineScore: Double? { centrelineDice.map { $0.score ?? 1 } }
}
