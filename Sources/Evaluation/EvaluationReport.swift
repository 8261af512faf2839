import Pictures

/// The scores of an evaluation as `sheaf evaluate` prints them; nil where there is nothing to score.
public struct EvaluationReport: Encodable, Sendable {
  struct Objects: Encodable {
    let panopticQuality: Double?
    let recognitionQuality: Double?
    let segmentationQuality: Double
    let panopticQualityByDice: Double?
    let matched: Int
    let missed: Int
    let extra: Int
    let matchingThreshold: Double
  }
  struct Centrelines: Encodable {
    let clDice: Double?
    let topologyPrecision: Double?
    let topologySensitivity: Double?
  }

  let prediction: String
  let reference: String
  let category: String?
  let dice: Double?
  let precision: Double?
  let recall: Double?
  let voxels: OverlapCounts
  let objects: Objects?
  let centrelines: Centrelines?

  package init(_ result: EvaluationResult, prediction: String, reference: String, category: String?) {
    self.prediction = prediction
    self.reference = reference
    self.category = category
    dice = result.counts.dice
    precision = result.counts.precision
    recall = result.counts.recall
    voxels = result.counts
    objects = result.panopticQuality.map {
      Objects(
        panopticQuality: $0.quality, recognitionQuality: $0.recognitionQuality,
        segmentationQuality: $0.segmentationQuality, panopticQualityByDice: $0.qualityByDice,
        matched: $0.truePositives, missed: $0.falseNegatives, extra: $0.falsePositives,
        matchingThreshold: $0.threshold)
    }
    centrelines = result.centrelineDice.map {
      Centrelines(
        clDice: $0.score, topologyPrecision: $0.topologyPrecision, topologySensitivity: $0.topologySensitivity)
    }
  }

  /// For people, one score a line.
  package var table: String {
    var table = TextTable(["score", "value", ""], alignment: [.left, .right, .left])
    func add(_ name: String, _ value: Double?, _ note: String = "") {
      table.add([name, value.map { TextTable.number($0, decimals: 4) } ?? "–", note])
    }
    add("Dice", dice, "precision \(text(precision)), recall \(text(recall))")
    if let objects {
      add(
        "panoptic quality", objects.panopticQuality,
        "recognition \(text(objects.recognitionQuality)), segmentation \(text(objects.segmentationQuality))")
      add("panoptic quality by Dice", objects.panopticQualityByDice)
      table.add([
        "objects matched", String(objects.matched),
        "of \(objects.matched + objects.missed), \(objects.extra) extra, from an IoU of \(objects.matchingThreshold) up",
      ])
    }
    if let centrelines {
      add(
        "clDice", centrelines.clDice,
        "precision \(text(centrelines.topologyPrecision)), sensitivity \(text(centrelines.topologySensitivity))")
    }
    let counted =
      voxels.truePositives + voxels.falsePositives + voxels.falseNegatives + voxels.trueNegatives
    table.add(["voxels counted", String(counted), "\(voxels.ignored) ignored"])
    return table.text
  }

  private func text(_ value: Double?) -> String { value.map { TextTable.number($0, decimals: 4) } ?? "–" }
}
