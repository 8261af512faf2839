import Files
import Foundation
import Pictures

/// What a report says of a training run: curves, previews, and whether it went well.
struct TrainingSection {
  private let path: String
  private(set) var section: Section

  init(_ path: String, id: String, title: String) {
    self.path = path
    let weights = joinPath(path, "model.safetensors")
    section = Section(
      id: id, title: title, kind: "training run", path: path,
      origin: Origin(in: path, last: fileExists(weights) ? weights : joinPath(path, "metrics.csv")))
  }

  mutating func write() throws {
    let record = try? JSONValue(
      parsing: readWholeFile(joinPath(path, "run.json"), limit: 64 << 20), path: joinPath(path, "run.json"))
    let isFinished = (record?["isFinished"] ?? record?["is_finished"]) == .bool(true)
    let metrics = try MetricsTable(joinPath(path, "metrics.csv"))
    let planned = section.origin?.setting("steps").flatMap { Int($0) }
    if record != nil, !isFinished {
      section.find(
        .warning,
        "the run is not finished: \(counted(metrics?.steps.count ?? 0, "step"))\(planned.map { " of \(numberText($0))" } ?? "") are done"
      )
    }
    guard let metrics, !metrics.steps.isEmpty else {
      section.summary = "no metrics"
      section.add("<p class=\"note\">There is no metrics.csv with a step in it.</p>")
      return
    }
    writeCurves(metrics)
    try writePreviews()
  }

  private mutating func writeCurves(_ metrics: MetricsTable) {
    let id = "\(section.id)-curves"
    let loss = metrics.column("loss")
    let smooth = smoothed(loss)
    func points(_ values: [Double]) -> [Chart.Point] {
      zip(metrics.steps, values).map { Chart.Point(x: $0, y: $1) }
    }
    let steps = 0...max(1, metrics.steps.last!)
    var chart = Chart(x: Axis("step", steps), y: Axis("loss", upTo: loss, fromZero: false))
    chart.layers = [
      .line(thinned(points(loss)), .muted, width: 0.8, opacity: 0.6), .line(thinned(points(smooth)), .blue, width: 2),
    ]
    chart.legend = [(.muted, "each step"), (.blue, "mean of the last \(smoothingWidth(loss.count))")]
    var charts = figure(chart.svg("Training loss of \(section.title)"), "Training loss", id: id)
    let scores: [(name: String, title: String, ink: Ink)] = [
      ("validation_dice", "Dice", .green), ("validation_panoptic_quality", "panoptic quality", .orange),
      ("validation_cl_dice", "clDice", .purple),
    ]
    let validated = scores.map { ($0, metrics.column($0.name)) }.filter { $0.1.contains(where: \.isFinite) }
    if !validated.isEmpty {
      var chart = Chart(x: Axis("step", steps), y: Axis("validation score", 0...1))
      for (score, values) in validated {
        let known = points(values).filter(\.y.isFinite)
        chart.layers += [.line(known, score.ink), .dots(known, score.ink)]
        chart.legend.append((score.ink, score.title))
      }
      charts += figure(
        chart.svg("Validation of \(section.title)"), "Scores on the cases that are held back", id: id + "-validation")
      judge(validated.map { ($0.0.title, $0.1) }, metrics.steps, at: id + "-validation")
    } else if section.origin?.command == "finetune" {
      charts += "<p class=\"note\">Nothing was held back for validation (--validation-fraction, --folds).</p>"
    }
    let rate = metrics.column("learning_rate")
    if rate.contains(where: { $0 > 0 }) {
      var chart = Chart(x: Axis("step", steps), y: Axis("learning rate", upTo: rate))
      chart.layers = [.line(thinned(points(rate)), .purple)]
      chart.height = 150
      charts += figure(chart.svg("Learning rate of \(section.title)"), "Learning rate")
    }
    section.heading("Training")
    section.add("<div class=\"figures pair\">\(charts)</div>")
    let last = smooth.last(where: \.isFinite) ?? .nan
    let speed = metrics.column("patches_per_second").filter(\.isFinite)
    section.summary =
      "\(counted(metrics.steps.count, "step")), loss \(numberText(last))"
      + (speed.isEmpty ? "" : ", \(numberText(median(speed))) crops/s")
    judge(loss, smooth, at: id)
  }

  private mutating func judge(_ loss: [Double], _ smooth: [Double], at id: String) {
    if let broken = loss.firstIndex(where: { !$0.isFinite }) {
      section.find(
        .error, "the loss is no number from step \(numberText(broken)) on: the training has diverged", at: id,
        miniature(loss))
      return
    }
    guard smooth.count >= 40, let least = smooth.min(), let last = smooth.last else { return }
    let first = smooth[min(smooth.count - 1, smoothingWidth(smooth.count))]
    let range = max(abs(first - least), abs(least) * 0.05)
    if last > least + 0.5 * range, last > least * 1.25 + 0.02 {
      section.find(
        .warning,
        "the loss rose again to \(numberText(last)), after \(numberText(least)) at step \(numberText(smooth.firstIndex(of: least)!))",
        at: id, miniature(smooth, marked: [smooth.firstIndex(of: least)!]))
    } else if last > 0.98 * first {
      section.find(
        .warning, "the loss has not fallen: \(numberText(first)) at the beginning, \(numberText(last)) at the end",
        at: id, miniature(smooth))
    }
  }

  private mutating func judge(_ scores: [(title: String, values: [Double])], _ steps: [Double], at id: String) {
    guard let (title, values) = scores.first else { return }
    let known = values.filter(\.isFinite)
    guard let best = known.max(), let last = known.last else { return }
    if best == 0 {
      section.find(.error, "validation finds nothing: \(title) is 0 throughout", at: id)
    } else if known.count >= 3, last < 0.8 * best {
      section.find(
        .warning,
        "validation fell from \(title) \(numberText(best)) to \(numberText(last)): the network learns its training cases by heart",
        at: id,
        miniature(known, marked: [known.firstIndex(of: best)!]))
    }
  }

  /// The first, the middle and the last picture that the run has kept.
  private mutating func writePreviews() throws {
    let directory = joinPath(path, "pictures")
    let names = ((try? directoryEntries(directory)) ?? []).filter { $0.hasSuffix(".png") }.sorted()
    guard !names.isEmpty else { return }
    section.heading(
      section.origin?.command == "pretrain" ? "Masks and reconstructions" : "Predictions on a training crop")
    let chosen = names.count <= 3 ? names : [names[0], names[names.count / 2], names[names.count - 1]]
    for name in chosen {
      let file = joinPath(directory, name)
      guard let data = try? readWholeFile(file, limit: 16 << 20) else { continue }
      let step = Int(name.filter(\.isNumber)) ?? 0
      section.add(
        figure(
          "<img style=\"max-width:100%\" alt=\"Preview after \(step) steps\" src=\"data:image/png;base64,\(data.base64EncodedString())\">",
          "after \(counted(step, "step"))"))
    }
  }
}

private func smoothingWidth(_ count: Int) -> Int { max(5, min(100, count / 20)) }

/// The mean of the last values, at each place.
private func smoothed(_ values: [Double]) -> [Double] {
  let width = smoothingWidth(values.count)
  var sum = 0.0
  return values.indices.map { index in
    sum += values[index]
    if index >= width { sum -= values[index - width] }
    return sum / Double(min(width, index + 1))
  }
}

/// `metrics.csv`: a row a step.
struct MetricsTable {
  let steps: [Double]
  private let columns: [String: [Double]]

  /// Nil when there is no file; rows that cannot be read are left out.
  init?(_ path: String) throws {
    guard fileExists(path) else { return nil }
    let text = String(decoding: try readWholeFile(path, limit: 4 << 30), as: UTF8.self)
    var lines = text.split(separator: "\n").makeIterator()
    guard let names = lines.next()?.split(separator: ",").map(String.init), names.first == "step" else { return nil }
    var values = [[Double]](repeating: [], count: names.count)
    while let line = lines.next() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      guard fields.count == names.count, Int(fields[0]) != nil else { continue }
      for (index, field) in fields.enumerated() { values[index].append(Double(field) ?? .nan) }
    }
    steps = values[0]
    columns = Dictionary(zip(names, values)) { first, _ in first }
  }

  /// NaN where there is no value.
  func column(_ name: String) -> [Double] { columns[name] ?? steps.map { _ in .nan } }
}
