import Evaluation
import Foundation
import Networks
import Pictures

/// The last validation of a run, volume by volume: `validation.json`.
package struct ValidationResult: Sendable, Equatable {
  package struct Volume: Codable, Sendable, Equatable {
    package var image: String
    package var structure: String
    package var category: String
    /// 2 · TP / (2 · TP + FP + FN) over the annotated voxels. This and every other score is 1 when neither prediction nor
    /// annotation has any foreground there.
    package var dice: Double
    /// Over the annotated voxels; nil for contiguous structures.
    package var panopticQuality: Double?
    /// With Dice in place of IoU, as the SELMA3D challenge counts it.
    package var panopticQualityByDice: Double?
    /// Over the annotated voxels; nil for isolated structures.
    package var centrelineDice: Double?
    package var truePositives: Int
    package var falsePositives: Int
    package var falseNegatives: Int

    enum CodingKeys: String, CodingKey {
      case image, structure, category, dice, panopticQuality, panopticQualityByDice
      case centrelineDice = "clDice"
      case truePositives, falsePositives, falseNegatives
    }

    init(_ pair: AnnotatedPair, _ result: EvaluationResult) {
      image = pair.imagePath
      structure = pair.structure
      category = pair.category
      dice = result.diceScore
      panopticQuality = result.panopticScore
      panopticQualityByDice = result.panopticScoreByDice
      centrelineDice = result.centrelineScore
      truePositives = result.counts.truePositives
      falsePositives = result.counts.falsePositives
      falseNegatives = result.counts.falseNegatives
    }

    /// Every key is there, null where there is no score.
    package func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(image, forKey: .image)
      try values.encode(structure, forKey: .structure)
      try values.encode(category, forKey: .category)
      try values.encode(dice, forKey: .dice)
      try values.encode(panopticQuality, forKey: .panopticQuality)
      try values.encode(panopticQualityByDice, forKey: .panopticQualityByDice)
      try values.encode(centrelineDice, forKey: .centrelineDice)
      try values.encode(truePositives, forKey: .truePositives)
      try values.encode(falsePositives, forKey: .falsePositives)
      try values.encode(falseNegatives, forKey: .falseNegatives)
    }
  }

  package var volumes: [Volume]
  /// Over all volumes.
  package var scores: ValidationScores
  /// What `infer` is to take for objects; nil where the last validation has not chosen, or had nothing to choose by.
  package var chosen: Chosen?

  init(_ volumes: [Volume]) {
    self.volumes = volumes
    scores = ValidationResult.scores(volumes)
  }

  /// The probability threshold and the minimum size of objects that score best on the volumes, with the scores that they
  /// give there: better than on any other volumes, for which they were not chosen.
  package struct Chosen: Sendable, Equatable {
    package let general: ObjectChoice
    /// For the volumes of each structure by its name, where there are several; the general choice is for all others.
    package let ofStructures: [String: ObjectChoice]
    package let volumes: [Volume]
    /// Over all volumes.
    package let scores: ValidationScores

    init(_ general: ObjectChoice, ofStructures: [String: ObjectChoice], _ volumes: [Volume]) {
      self.general = general
      self.ofStructures = ofStructures
      self.volumes = volumes
      scores = ValidationResult.scores(volumes)
    }

    /// As `ValidationResult.table`.
    package var table: String? { ValidationResult.table(volumes) }

    /// `foreground from a probability of 0.42, objects from 16 voxels; of plaques from 0.6`.
    package var text: String {
      func text(_ choice: ObjectChoice) -> String {
        "\(choice.threshold)"
          + (choice.minimumObjectSize > 0 ? ", objects from \(choice.minimumObjectSize) voxels" : "")
      }
      let others = ofStructures.filter { $0.value != general }.sorted { $0.key < $1.key }
      return "foreground from a probability of " + text(general)
        + others.map { "; of \($0.key) from \(text($0.value))" }.joined()
    }
  }

  /// The volumes of one structure and category.
  package struct Group: Sendable, Equatable, Codable {
    package let structure: String
    package let category: String
    package let volumeCount: Int
    package let scores: ValidationScores

    private enum CodingKeys: String, CodingKey {
      case structure, category
      case volumeCount = "volumes"
      case scores
    }
  }

  /// In the order of the structures' names.
  package var groups: [Group] { ValidationResult.groups(volumes) }

  private static func groups(_ volumes: [Volume]) -> [Group] {
    Dictionary(grouping: volumes) { [$0.structure, $0.category] }.sorted { $0.key.lexicographicallyPrecedes($1.key) }
      .map { key, members in
        Group(
          structure: key[0], category: key[1], volumeCount: members.count, scores: ValidationResult.scores(members))
      }
  }

  /// A row for each structure and category; nil when no structure is named.
  package var table: String? { ValidationResult.table(volumes) }

  fileprivate static func table(_ volumes: [Volume]) -> String? {
    let groups = groups(volumes)
    guard groups.contains(where: { !$0.structure.isEmpty }) else { return nil }
    var table = TextTable(
      ["structure", "category", "volumes", "Dice", "panoptic quality", "clDice"],
      alignment: [.left, .left, .right, .right, .right, .right])
    func text(_ score: Double?) -> String { score.map { TextTable.number($0, decimals: 4) } ?? "–" }
    for group in groups {
      let scores = group.scores
      table.add([
        group.structure.isEmpty ? "–" : group.structure, group.category.isEmpty ? "–" : group.category,
        String(group.volumeCount), text(scores.dice), text(scores.panopticQuality), text(scores.centrelineDice),
      ])
    }
    return table.text
  }

  private static func scores(_ volumes: [Volume]) -> ValidationScores {
    func mean(_ values: [Double]) -> Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }
    return ValidationScores(
      dice: mean(volumes.map(\.dice)) ?? 0, panopticQuality: mean(volumes.compactMap(\.panopticQuality)),
      panopticQualityByDice: mean(volumes.compactMap(\.panopticQualityByDice)),
      centrelineDice: mean(volumes.compactMap(\.centrelineDice)))
  }

  /// `validation.json`; version 1 had snake_case keys and no version. Groups follow from the volumes, and are written for
  /// whoever reads the file.
  private struct Document: Codable {
    var formatVersion: Int?
    var scores: ValidationScores
    var structures: [Group]?
    var volumes: [Volume]
    var chosen: ChosenDocument?
  }

  private struct ChosenDocument: Codable {
    var threshold: Double
    var minimumObjectSize: Int
    var structureChoices: [String: ObjectChoice]?
    var scores: ValidationScores
    var structures: [Group]
    var volumes: [Volume]
  }

  package func json() throws -> Data {
    try runJSON(
      Document(
        formatVersion: 2, scores: scores, structures: groups, volumes: volumes,
        chosen: chosen.map {
          ChosenDocument(
            threshold: $0.general.threshold, minimumObjectSize: $0.general.minimumObjectSize,
            structureChoices: $0.ofStructures.isEmpty ? nil : $0.ofStructures, scores: $0.scores,
            structures: ValidationResult.groups($0.volumes), volumes: $0.volumes)
        }))
  }

  /// - Throws: `DecodingError` when the data are not a validation of any format version.
  package init(json: Data) throws {
    let document = try decodeRunJSON(Document.self, from: json)
    self.init(document.volumes)
    chosen = document.chosen.map {
      Chosen(
        ObjectChoice(threshold: $0.threshold, minimumObjectSize: $0.minimumObjectSize),
        ofStructures: $0.structureChoices ?? [:], $0.volumes)
    }
  }
}
