import Evaluation

/// What the label volumes of a run were taken for.
package struct TakenLabels: Sendable {
  /// By the paths of the volumes.
  package let meanings: [(path: String, text: String)]
  package let doubts: [String]

  package init(_ taken: [(path: String, interpretation: VolumeInterpretation)]) {
    meanings = taken.map { ($0.path, $0.interpretation.text) }
    doubts = taken.flatMap(\.interpretation.doubts)
  }

  /// A line for each volume, or for each meaning where there are many volumes.
  package var lines: [String] {
    if meanings.count <= 8 { return meanings.map { "labels \($0.path): \($0.text)" } }
    var counts: [(text: String, count: Int)] = []
    for (_, text) in meanings {
      if let index = counts.firstIndex(where: { $0.text == text }) {
        counts[index].count += 1
      } else {
        counts.append((text, 1))
      }
    }
    let shown = counts.prefix(8).map { "labels of \($0.count) volumes: \($0.text)" }
    let rest = counts.dropFirst(8).reduce(0) { $0 + $1.count }
    return shown + (rest == 0 ? [] : ["labels of \(rest) volumes: see settings.json"])
  }
}
