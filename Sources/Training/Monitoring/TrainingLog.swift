import Foundation
import Pictures

/// What a run records of each step: a row of `metrics.csv`, and the same as TensorBoard events.
final class TrainingLog {
  private let metrics: MetricsFile
  private let events: EventFile

  /// - Parameters:
  ///   - steps: steps done before; what is there of later ones is out of date.
  ///   - warn: receives a sentence when something of the earlier steps is lost.
  init(_ directory: RunDirectory, keepingSteps steps: Int, warn: (String) -> Void) throws {
    metrics = try MetricsFile(directory.metrics, columns: TrainingMetrics.columns, keepingSteps: steps, warn: warn)
    events = try EventFile(inDirectory: directory.path, purgingFrom: steps)
  }

  func append(step: Int, _ row: TrainingMetrics) throws {
    try metrics.append(step: step, row.values)
    let named = zip(TrainingMetrics.columns.dropFirst(), row.values)
    try events.append(step: step, named.compactMap { name, value in value.map { (name, $0) } })
  }

  /// - Parameter png: the picture as a file.
  func append(step: Int, _ picture: Picture, png: Data) throws {
    try events.append(step: step, name: "sample", png: png, width: picture.width, height: picture.height)
  }
}
