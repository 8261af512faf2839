import Foundation

/// The voxels that a network was trained on, in micrometres, (z, y, x).
package struct TrainedVoxelSizes: Codable, Hashable, Sendable {
  /// Axis by axis the edge in the middle of those of all volumes, the smaller of two.
  package let median: [Double]
  package let lowest: [Double]
  package let highest: [Double]

  /// - Parameter sizes: of each volume, three edges each.
  /// - Returns: nil when there are none.
  package init?(_ sizes: [[Double]]) {
    guard !sizes.isEmpty else { return nil }
    let sorted = (0..<3).map { axis in sizes.map { $0[axis] }.sorted() }
    median = sorted.map { $0[($0.count - 1) / 2] }
    lowest = sorted.map { $0.first! }
    highest = sorted.map { $0.last! }
  }

  /// The range is written where volumes differ.
  private enum CodingKeys: CodingKey { case median, lowest, highest }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    median = try values.decode([Double].self, forKey: .median)
    lowest = try values.decodeIfPresent([Double].self, forKey: .lowest) ?? median
    highest = try values.decodeIfPresent([Double].self, forKey: .highest) ?? median
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(median, forKey: .median)
    if lowest == highest { return }
    try values.encode(lowest, forKey: .lowest)
    try values.encode(highest, forKey: .highest)
  }

  /// Whether the three lists are of three edges, each at least as long as the one before it.
  var isValid: Bool {
    [median, lowest, highest].allSatisfy { $0.count == 3 && $0.allSatisfy { $0 > 0 && $0.isFinite } }
      && (0..<3).allSatisfy { lowest[$0] <= median[$0] && median[$0] <= highest[$0] }
  }

  /// For people.
  package var text: String {
    func product(_ edges: [Double]) -> String {
      edges.map { String(format: "%.4g", $0) }.joined(separator: " × ") + " µm"
    }
    return product(median) + (lowest == highest ? "" : " (from \(product(lowest)) to \(product(highest)))")
  }
}
