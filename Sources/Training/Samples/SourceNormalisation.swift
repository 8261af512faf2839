import Files
import Foundation
import IntensityStatistics

/// How the volume is normalised that annotated crops were cut from. Constants belong to a volume: a crop with nothing but dim
/// nuclei would by itself be stretched until these look like the bright ones of its volume.
package struct SourceNormalisation: Sendable {
  let store: String
  let constants: Normalisation
  /// Values of the volume are from the first to the second, as far as bins tell them apart.
  private let (least, most): (Double, Double)

  /// - Throws: as `StoreStatistics.load`.
  package init(_ store: String) throws {
    let statistics = try StoreStatistics.load(store, findsAirLimits: false)
    self.store = store
    constants = statistics.normalisation
    (least, most) = (statistics.extremes.smallest.lowerBound, statistics.extremes.largest.upperBound)
  }

  /// - Throws: `Fault.badData` when a volume with these statistics is no crop of the source, or was rescaled.
  func require(_ crop: StoreStatistics, name: String) throws {
    let (smallest, largest) = crop.extremes
    guard smallest.upperBound >= least, largest.lowerBound <= most else {
      throw Fault.badData(
        "\(name) holds values from \(text(smallest.lowerBound)) to \(text(largest.upperBound)), but \(store), of which its "
          + "list says it is a crop, holds \(text(least)) to \(text(most)); cut the crop again without changing its values, "
          + "or give its source a name that is no path")
    }
  }

  private func text(_ value: Double) -> String { String(format: "%.6g", value) }

  /// Of the pairs whose source is a store, each store loaded once.
  static func all(of pairs: [AnnotatedPair]) throws -> [String: SourceNormalisation] {
    try Dictionary(
      uniqueKeysWithValues: Set(pairs.compactMap(\.sourceStore)).sorted().map { ($0, try SourceNormalisation($0)) })
  }
}
