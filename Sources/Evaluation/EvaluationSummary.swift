import Pictures

/// The scores of several cases, and their means by category.
package struct EvaluationSummary: Encodable, Sendable {
  /// Means over the cases that have a score; nil where none has.
  struct Means: Encodable, Sendable {
    /// Nil for all cases together.
    let category: String?
    let cases: Int
    let dice: Double?
    let panopticQuality: Double?
    let clDice: Double?

    init(_ reports: [EvaluationReport], category: String?) {
      func mean(_ score: (EvaluationReport) -> Double?) -> Double? {
        let scores = reports.compactMap(score)
        return scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
      }
      self.category = category
      cases = reports.count
      dice = mean(\.dice)
      panopticQuality = mean(\.objects?.panopticQuality)
      clDice = mean(\.centrelines?.clDice)
    }
  }

  let cases: [EvaluationReport]
  /// One for each category in the order of their names, and one for all cases.
  let means: [Means]
  private let names: [String]

  /// - Parameter names: of the cases, for the table.
  package init(_ cases: [EvaluationReport], names: [String]) {
    self.cases = cases
    self.names = names
    let categories = Set(cases.compactMap(\.category)).sorted()
    means =
      categories.map { name in Means(cases.filter { $0.category == name }, category: name) }
      + [Means(cases, category: nil)]
  }

  private enum CodingKeys: String, CodingKey { case cases, means }

  /// A line for each case, then the means.
  package var table: String {
    var table = TextTable(
      ["case", "category", "Dice", "PQ", "clDice"], alignment: [.left, .left, .right, .right, .right])
    func text(_ value: Double?) -> String { value.map { TextTable.number($0, decimals: 4) } ?? "–" }
    for (name, report) in zip(names, cases) {
      table.add([
        name, report.category ?? "", text(report.dice), text(report.objects?.panopticQuality),
        text(report.centrelines?.clDice),
      ])
    }
    for mean in means {
      table.add([
        "mean of \(mean.cases)", mean.category ?? "all", text(mean.dice), text(mean.panopticQuality), text(mean.clDice),
      ])
    }
    return table.text
  }
}
