import Pictures

/// The scores of an evaluation as `sheaf evaluate` prints them. As JSON, every key is there, null where nothing was asked for
/// or there is nothing to divide by. Two empty masks agree: their Dice, panoptic quality and clDice are 1.
public struct EvaluationReport: Encodable, Sendable {
  struct Objects: Encodable {
    let panopticQuality: Double
    let recognitionQuality: Double?
    let segmentationQuality: Double
    let panopticQualityByDice: Double
    let matched: Int
    let missed: Int
    let extra: Int
    let matchingThreshold: Double

    enum CodingKeys: CodingKey {
      case panopticQuality, recognitionQuality, segmentationQuality, panopticQualityByDice, matched, missed, extra
      case matchingThreshold
    }

    func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(panopticQuality, forKey: .panopticQuality)
      try values.encode(recognitionQuality, forKey: .recognitionQuality)
      try values.encode(segmentationQuality, forKey: .segmentationQuality)
      try values.encode(panopticQualityByDice, forKey: .panopticQualityByDice)
      try values.encode(matched, forKey: .matched)
      try values.encode(missed, forKey: .missed)
      try values.encode(extra, forKey: .extra)
      try values.encode(matchingThreshold, forKey: .matchingThreshold)
    }
  }

  struct Centrelines: Encodable {
    let clDice: Double
    let topologyPrecision: Double?
    let topologySensitivity: Double?

    enum CodingKeys: CodingKey { case clDice, topologyPrecision, topologySensitivity }

    func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(clDice, forKey: .clDice)
      try values.encode(topologyPrecision, forKey: .topologyPrecision)
      try values.encode(topologySensitivity, forKey: .topologySensitivity)
    }
  }

  let prediction: String
  let reference: String
  /// What they were taken for; nil where the caller has said it.
  let predictionIs: String?
  let referenceIs: String?
  let category: String?
  let dice: Double
  let precision: Double?
  let recall: Double?
  let voxels: OverlapCounts
  let objects: Objects?
  let centrelines: Centrelines?
  private let isEmpty: Bool

  package init(_ result: EvaluationResult, of comparison: Comparison, category: String?) {
    prediction = comparison.prediction.name
    reference = comparison.reference.name
    predictionIs = comparison.prediction.interpretation?.meaning.rawValue
    referenceIs = comparison.reference.interpretation?.meaning.rawValue
    self.category = category
    dice = result.diceScore
    precision = result.counts.precision
    recall = result.counts.recall
    voxels = result.counts
    isEmpty = result.isEmpty
    objects = result.panopticQuality.map {
      Objects(
        panopticQuality: $0.quality ?? 1, recognitionQuality: $0.recognitionQuality,
        segmentationQuality: $0.segmentationQuality, panopticQualityByDice: $0.qualityByDice ?? 1,
        matched: $0.truePositives, missed: $0.falseNegatives, extra: $0.falsePositives,
        matchingThreshold: $0.threshold)
    }
    centrelines = result.centrelineDice.map {
      Centrelines(
        clDice: $0.score ?? 1, topologyPrecision: $0.topologyPrecision, topologySensitivity: $0.topologySensitivity)
    }
  }

  enum CodingKeys: CodingKey {
    case prediction, reference, predictionIs, referenceIs, category, dice, precision, recall, voxels, objects,
      centrelines
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(prediction, forKey: .prediction)
    try values.encode(reference, forKey: .reference)
    try values.encode(predictionIs, forKey: .predictionIs)
    try values.encode(referenceIs, forKey: .referenceIs)
    try values.encode(category, forKey: .category)
    try values.encode(dice, forKey: .dice)
    try values.encode(precision, forKey: .precision)
    try values.encode(recall, forKey: .recall)
    try values.encode(voxels, forKey: .voxels)
    try values.encode(objects, forKey: .objects)
    try values.encode(centrelines, forKey: .centrelines)
  }

  /// For people, one score a line.
  package var table: String {
    var table = TextTable(["score", "value", ""], alignment: [.left, .right, .left])
    func add(_ name: String, _ value: Double, _ note: String = "") {
      table.add([name, TextTable.number(value, decimals: 4), note])
    }
    add("Dice", dice, isEmpty ? "no foreground on either side" : "precision \(text(precision)), recall \(text(recall))")
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
