import Networks

/// What becomes an object by the validations of the networks that predict: the mean over an ensemble, in which a network
/// that has chosen nothing counts with the defaults.
package struct ChosenObjects: Sendable, Equatable {
  /// The probability threshold of foreground; nil where no network has chosen one.
  package let threshold: Float?
  /// Objects of fewer voxels are dropped; nil where no network has chosen a size.
  package let leastVoxels: Int?
  private let networks: [String]

  package init(_ members: [(path: String, description: ModelDescription)]) {
    let descriptions = members.map(\.description)
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    let hasThreshold = descriptions.contains { $0.threshold != nil }
    // Thousandths, so that the number that is shown is the one that counts.
    threshold =
      hasThreshold ? Float((mean(descriptions.map { $0.threshold ?? 0.5 }) * 1000).rounded()) / 1000 : nil
    let hasSize = descriptions.contains { $0.minimumObjectSize != nil }
    leastVoxels = hasSize ? max(1, Int(mean(descriptions.map { Double($0.minimumObjectSize ?? 0) }).rounded())) : nil
    networks = members.map(\.path)
  }

  /// A sentence about those that apply; nil where none does.
  ///
  /// - Parameters:
  ///   - withThreshold: whether the threshold applies.
  ///   - withSize: whether the minimum size applies.
  package func text(withThreshold: Bool, withSize: Bool) -> String? {
    var parts: [String] = []
    if withThreshold, let threshold { parts.append("foreground from a probability of \(threshold)") }
    if withSize, let leastVoxels, leastVoxels > 1 { parts.append("objects from \(leastVoxels) voxels") }
    if parts.isEmpty { return nil }
    let whose =
      networks.count == 1
      ? "as the validation of \(networks[0]) chose"
      : "the mean of what the validations of \(networks.count) networks chose"
    return parts.joined(separator: ", ") + ", " + whose
  }
}

extension ModelPredictor {
  package var chosenObjects: ChosenObjects { ChosenObjects(members.map { ($0.path, $0.description) }) }
}
