import Foundation

/// Scores of a network on annotation it was not trained on; means over volumes.
package struct ValidationScores: Codable, Sendable, Equatable {
  package var dice: Double
  /// Of isolated structures; nil when no volume that was validated on shows any.
  package var panopticQuality: Double?
  /// clDice of contiguous structures; nil when no volume that was validated on shows any.
  package var centrelineDice: Double?

  package init(dice: Double, panopticQuality: Double? = nil, centrelineDice: Double? = nil) {
    self.dice = dice
    self.panopticQuality = panopticQuality
    self.centrelineDice = centrelineDice
  }

  enum CodingKeys: String, CodingKey {
    case dice, panopticQuality
    case centrelineDice = "clDice"
  }

  /// `Dice 0.8123, clDice 0.7765`.
  package var text: String {
    var parts = ["Dice \(NumberText.decimals(dice))"]
    if let panopticQuality { parts.append("panoptic quality \(NumberText.decimals(panopticQuality))") }
    if let centrelineDice { parts.append("clDice \(NumberText.decimals(centrelineDice))") }
    return parts.joined(separator: ", ")
  }
}

/// The last validation of a run, volume by volume: `validation.json`.
package struct ValidationResult: Sendable, Equatable {
  package struct Volume: Codable, Sendable, Equatable {
    package var image: String
    package var structure: String
    package var category: String
    /// 2 · TP / (2 · TP + FP + FN) over the annotated voxels; 1 when neither prediction nor annotation has any.
    package var dice: Double
    /// Of isolated structures, over the annotated voxels; nil also when there is no object on either side.
    package var panopticQuality: Double?
    /// Of contiguous structures, over the annotated voxels; nil also when there is no skeleton on either side.
    package var centrelineDice: Double?
    package var truePositives: Int
    package var falsePositives: Int
    package var falseNegatives: Int

    enum CodingKeys: String, CodingKey {
      case image, structure, category, dice, panopticQuality
      case centrelineDice = "clDice"
      case truePositives, falsePositives, falseNegatives
    }
  }

  package var volumes: [Volume]
  /// Over all volumes.
  package var scores: ValidationScores

  init(_ volumes: [Volume]) {
    self.volumes = volumes
    scores = ValidationResult.scores(volumes[...])
  }

  /// The scores of each structure, in the order of their names; empty when no structure is named.
  package var scoresOfStructures: [(structure: String, scores: ValidationScores)] {
    Set(volumes.map(\.structure)).filter { !$0.isEmpty }.sorted().map { name in
      (name, ValidationResult.scores(volumes.filter { $0.structure == name }[...]))
    }
  }

  private static func scores(_ volumes: ArraySlice<Volume>) -> ValidationScores {
    func mean(_ values: [Double]) -> Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }
    return ValidationScores(
      dice: mean(volumes.map(\.dice)) ?? 0, panopticQuality: mean(volumes.compactMap(\.panopticQuality)),
      centrelineDice: mean(volumes.compactMap(\.centrelineDice)))
  }

  /// `validation.json`; version 1 had snake_case keys and no version.
  private struct Document: Codable {
    var formatVersion: Int?
    var scores: ValidationScores
    var volumes: [Volume]
  }

  func json() throws -> Data {
    try runJSON(Document(formatVersion: 2, scores: scores, volumes: volumes))
  }

  /// - Throws: `DecodingError` when the data are not a validation of any format version.
  package init(json: Data) throws { self.init(try decodeRunJSON(Document.self, from: json).volumes) }
}
