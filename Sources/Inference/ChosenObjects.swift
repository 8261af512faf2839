import Networks
import Segmentation

/// What becomes an object by the validations of the networks that predict: the mean over an ensemble, in which a network
/// that has chosen nothing counts with the defaults.
package struct ChosenObjects: Sendable, Equatable {
  /// The probability threshold of foreground; nil where no network has chosen one.
  package let threshold: Float?
  /// Objects of fewer voxels are dropped; nil where no network has chosen a size.
  package let leastVoxels: Int?
  /// What was chosen for each structure by its name, where a network was trained on several; a network that knows nothing
  /// of a structure counts with what it chose for all.
  package let ofStructures: [String: ChosenObjects]
  private let networks: [String]
  /// The structure that this is for; nil for any.
  private let structure: String?

  package init(_ members: [(path: String, description: ModelDescription)]) {
    let general = members.map { ($0.description.threshold, $0.description.minimumObjectSize) }
    let paths = members.map(\.path)
    let names = Set(members.flatMap(\.description.structureChoices.keys))
    let ofStructures = names.map { name in
      let choices = zip(members, general).map { member, general in
        member.description.structureChoices[name].map { ($0.threshold, $0.minimumObjectSize) } ?? general
      }
      return (name, ChosenObjects(choices, [:], networks: paths, structure: name))
    }
    self.init(general, Dictionary(uniqueKeysWithValues: ofStructures), networks: paths, structure: nil)
  }

  private init(
    _ choices: [(threshold: Double?, size: Int?)], _ ofStructures: [String: ChosenObjects], networks: [String],
    structure: String?
  ) {
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    let hasThreshold = choices.contains { $0.threshold != nil }
    // Thousandths, so that the number that is shown is the one that counts.
    threshold = hasThreshold ? Float((mean(choices.map { $0.threshold ?? 0.5 }) * 1000).rounded()) / 1000 : nil
    let hasSize = choices.contains { $0.size != nil }
    leastVoxels = hasSize ? max(1, Int(mean(choices.map { Double($0.size ?? 0) }).rounded())) : nil
    self.ofStructures = ofStructures
    self.networks = networks
    self.structure = structure
  }

  /// What holds for a volume that shows `structure`; nil where that is not known.
  package func of(structure: String?) -> ChosenObjects { structure.flatMap { ofStructures[$0] } ?? self }

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
    return parts.joined(separator: ", ") + ", " + whose + (structure.map { " for \($0)" } ?? "")
  }
}

extension ModelPredictor {
  package var chosenObjects: ChosenObjects { ChosenObjects(members.map { ($0.path, $0.description) }) }
}

extension InferenceSettings {
  /// Takes what the networks' validations chose.
  ///
  /// - Parameters:
  ///   - threshold: what holds instead, whatever they chose.
  ///   - leastVoxels: the same.
  package mutating func take(_ chosen: ChosenObjects, threshold: Float? = nil, leastVoxels: Int? = nil) {
    let general = objects
    func with(_ chosen: ChosenObjects) -> ObjectSettings {
      var found = general
      found.threshold = threshold ?? chosen.threshold ?? general.threshold
      found.leastVoxels = leastVoxels ?? chosen.leastVoxels ?? general.leastVoxels
      return found
    }
    objects = with(chosen)
    objectsOfStructures = chosen.ofStructures.mapValues(with)
    leastVoxelsAreOfNetwork = leastVoxels == nil && chosen.leastVoxels != nil
  }
}
