import Files
import Foundation
import Pictures
import VolumeFormats
import Voxels
import Zarr

/// What a report says of scores that `sheaf evaluate --json` printed: a table by case, means with spread by category, and
/// where prediction and reference differ.
struct EvaluationSection {
  private let cases: [JSONValue]
  private(set) var section: Section
  /// Cases whose voxels are drawn.
  private static let mostPictures = 4

  init(_ document: JSONValue, path: String, id: String, title: String) {
    cases = document["cases"]?.asArray ?? [document]
    section = Section(id: id, title: title, kind: "evaluation", path: path, origin: nil)
    for warning in document["warnings"]?.asArray?.compactMap(\.asString) ?? [] { section.find(.warning, warning) }
  }

  private struct Score {
    let title: String
    let value: (JSONValue) -> Double?
  }

  private let scores = [
    Score(title: "Dice") { $0["dice"]?.asNumber },
    Score(title: "precision") { $0["precision"]?.asNumber }, Score(title: "recall") { $0["recall"]?.asNumber },
    Score(title: "PQ") { $0["objects"]?["panopticQuality"]?.asNumber },
    Score(title: "RQ") { $0["objects"]?["recognitionQuality"]?.asNumber },
    Score(title: "SQ") { $0["objects"]?["segmentationQuality"]?.asNumber },
    Score(title: "clDice") { $0["centrelines"]?["clDice"]?.asNumber },
  ]

  mutating func write() throws {
    let dice = cases.compactMap { $0["dice"]?.asNumber }
    section.summary =
      cases.count == 1
      ? "Dice \(text(dice.first))"
      : "\(counted(cases.count, "case")), mean Dice \(text(dice.isEmpty ? nil : dice.reduce(0, +) / Double(dice.count)))"
    section.heading("Scores")
    var rows = cases.prefix(200).map { report in
      [escaped(name(report)), escaped(report["category"]?.asString ?? "")] + scores.map { text($0.value(report)) }
        + [objects(report)]
    }
    var emphasised: Set<Int> = []
    if cases.count > 1 {
      let categories = Set(cases.compactMap { $0["category"]?.asString }).sorted()
      for category in categories.map(Optional.some) + [nil] {
        let own = category.map { name in cases.filter { $0["category"]?.asString == name } } ?? cases
        emphasised.insert(rows.count)
        rows.append(
          ["mean ± SD of \(own.count)", escaped(category ?? "all")] + scores.map { spread(own.compactMap($0.value)) }
            + [""])
      }
    }
    section.add(
      table(
        ["case", "category"] + scores.map(\.title) + ["objects found / there / extra"], rows, textColumns: [0, 1],
        emphasised: emphasised))
    section.add(
      "<p class=\"note\">PQ, RQ, SQ: panoptic, recognition and segmentation quality. All scores run from 0 to 1.</p>")
    for report in cases { judge(report) }
    for (index, report) in cases.prefix(Self.mostPictures).enumerated() { writeAgreement(report, index) }
  }

  private func text(_ value: Double?) -> String { value.map { String(format: "%.3f", $0) } ?? "–" }

  private func spread(_ values: [Double]) -> String {
    guard !values.isEmpty else { return "–" }
    let mean = values.reduce(0, +) / Double(values.count)
    guard values.count > 1 else { return text(mean) }
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
    return "\(text(mean)) ± \(text(variance.squareRoot()))"
  }

  private func objects(_ report: JSONValue) -> String {
    guard let objects = report["objects"], let matched = objects["matched"]?.asInteger,
      let missed = objects["missed"]?.asInteger, let extra = objects["extra"]?.asInteger
    else { return "–" }
    return "\(numberText(matched)) / \(numberText(matched + missed)) / \(numberText(extra))"
  }

  private func name(_ report: JSONValue) -> String {
    let path = report["prediction"]?.asString ?? "case"
    let parts = path.split(separator: "/")
    // STORE/labels/NAME says more by its store.
    return parts.count >= 3 && parts[parts.count - 2] == "labels"
      ? String(parts[parts.count - 3]) : String(parts.last ?? "case")
  }

  private mutating func judge(_ report: JSONValue) {
    guard let dice = report["dice"]?.asNumber else { return }
    let (precision, recall) = (report["precision"]?.asNumber, report["recall"]?.asNumber)
    let subject = cases.count > 1 ? "\(name(report)): " : ""
    if dice == 0 {
      section.find(.error, "\(subject)prediction and reference have no voxel in common")
    } else if let precision, let recall, min(precision, recall) < 0.6,
      max(precision, recall) > 2 * min(precision, recall)
    {
      let words =
        recall < precision
        ? "much is missed: the probability threshold may be too high"
        : "much is extra: the probability threshold may be too low"
      section.find(
        min(precision, recall) < 0.25 ? .error : .warning,
        "\(subject)\(words) (precision \(text(precision)), recall \(text(recall)))")
    }
  }

  // MARK: Agreement

  /// Where both volumes are still there: the plane with most foreground, in three colours.
  private mutating func writeAgreement(_ report: JSONValue, _ index: Int) {
    guard let prediction = report["prediction"]?.asString, let reference = report["reference"]?.asString,
      fileExists(prediction), fileExists(reference), let first = try? ForegroundPlanes(prediction),
      let second = try? ForegroundPlanes(reference), first.extent == second.extent,
      let plane = try? fullestPlane(second), let a = try? first.mask(plane), let b = try? second.mask(plane)
    else { return }
    let (width, height) = (first.extent.x, first.extent.y)
    let views = [a, b].map { ViewedPlane(width: width, height: height, values: $0).reduced(to: 720) }
    let grey = Picture(width: views[0].width, height: views[0].height, fill: .grey(16))
    var agreement = Agreement()
    agreement.share = 1
    let picture = agreement.drawn(views[0], views[1], over: grey)
    let size = first.voxelSize ?? second.voxelSize
    var image = ImageFigure(picture, voxelSize: size, rows: 1, columns: 2) { axis in
      Double(axis == 1 ? height : width) / Double(axis == 1 ? picture.height : picture.width)
    }
    image.longestEdge = 420
    guard let svg = try? image.svg("Agreement of \(name(report)) with its reference") else { return }
    let swatches = [
      ("both", Agreement.both), ("only prediction", Agreement.onlyFirst), ("only reference", Agreement.onlySecond),
    ]
    let key = swatches.map {
      "<span><i style=\"background:rgb(\($0.1.red),\($0.1.green),\($0.1.blue))\"></i>\($0.0)</span>"
    }.joined()
    if index == 0 { section.heading("Where they differ") }
    section.add(figure(svg + "<p class=\"key\">\(key)</p>", "\(escaped(name(report))), plane \(plane)"))
  }

  /// Of nine planes the one with most foreground.
  private func fullestPlane(_ volume: ForegroundPlanes) throws -> Int {
    let candidates = Set((0..<9).map { volume.extent.z * (2 * $0 + 1) / 18 }).sorted()
    var best = (plane: candidates[0], count: -1)
    for z in candidates {
      let count = try volume.mask(z).count { $0 != 0 }
      if count > best.count { best = (z, count) }
    }
    return best.plane
  }
}

/// Planes of a label volume or mask as 0 and 1.
struct ForegroundPlanes {
  let extent: Extent
  let voxelSize: VoxelSize?
  private let source: any VolumeSource
  /// What counts as foreground: half of the largest value of probabilities, anything of labels.
  private let least: Float

  init(_ path: String) throws {
    source = try openVolume(path)
    extent = source.description.extent
    voxelSize = source.description.voxelSizeInMicrometres
    // A file that is decoded from the front is read again for each plane.
    guard !source.readingGeometry.isSequential || extent.count <= 1 << 26 else {
      throw Fault.badData("\(path) is too large to be drawn")
    }
    let content = source.description.content
    least = content?.kind == .probabilities ? Float((content?.one ?? 1) / 2) : .leastNonzeroMagnitude
  }

  func mask(_ z: Int) throws -> [UInt64] {
    let buffer = try source.read(Region(origin: Coordinate(z, 0, 0), extent: Extent(1, extent.y, extent.x)))
    var values = [Float](repeating: 0, count: buffer.extent.count)
    values.withUnsafeMutableBufferPointer { copyNumbers(of: buffer, to: $0) }
    return values.map { $0 >= least ? 1 : 0 }
  }
}
