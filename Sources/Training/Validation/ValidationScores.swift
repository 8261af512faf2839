import Foundation

/// Scores of a network on annotation it was not trained on; means over volumes.
package struct ValidationScores: Codable, Sendable, Equatable {
  package var dice: Double
  /// Nil when every volume that was validated on is of a contiguous structure.
  package var panopticQuality: Double?
  /// With Dice in place of IoU, as the SELMA3D challenge counts it.
  package var panopticQualityByDice: Double?
  /// Nil when every volume that was validated on is of an isolated structure.
  package var centrelineDice: Double?

  package init(
    dice: Double, panopticQuality: Double? = nil, panopticQualityByDice: Double? = nil, centrelineDice: Double? = nil
  ) {
    self.dice = dice
    self.panopticQuality = panopticQuality
    self.panopticQualityByDice = panopticQualityByDice
    self.centrelineDice = centrelineDice
  }

  enum CodingKeys: String, CodingKey {
    case dice, panopticQuality, panopticQualityByDice
    case centrelineDice = "clDice"
  }

  /// Every key is there, null where there is no score.
  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(dice, forKey: .dice)
    try values.encode(panopticQuality, forKey: .panopticQuality)
    try values.encode(panopticQualityByDice, forKey: .panopticQualityByDice)
    try values.encode(centrelineDice, forKey: .centrelineDice)
  }

  /// `Dice 0.8123, clDice 0.7765`.
  package var text: String {
    var parts = ["Dice \(NumberText.decimals(dice))"]
    if let panopticQuality { parts.append("panoptic quality \(NumberText.decimals(panopticQuality))") }
    if let centrelineDice { parts.append("clDice \(NumberText.decimals(centrelineDice))") }
    return parts.joined(separator: ", ")
  }
}
