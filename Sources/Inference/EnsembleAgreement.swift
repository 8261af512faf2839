import Files
import Networks

/// Refuses members of an ensemble whose probabilities cannot be averaged: one tile, normalised once, goes to all of them,
/// and one threshold is applied to their mean.
enum EnsembleAgreement {
  /// What members of an ensemble must have in common: what it is and its value as text, nil where it is not known.
  private static let properties: [(what: String, value: @Sendable (ModelDescription) -> String?)] = [
    ("intensities", { $0.normalisation.text }),
    ("voxels of", { $0.spacing.map { "\($0)" } }),
    ("small volumes padded", { $0.padding.words }),
    ("means taken of", { $0.averaging.rawValue }),
    // One channel is the probability of foreground, which two classes have too.
    ("classes, background included:", { $0.architecture.map { "\(max($0.classes, 2))" } }),
  ]

  /// - Throws: `Fault.usage` naming the first member that differs from the first one, and in what.
  static func require(_ members: [Model]) throws {
    guard let first = members.first else { throw Fault.usage("no network was given; name one with --model") }
    for (number, member) in members.enumerated() {
      try member.requireSegmentation()
      if let other = members[..<number].first(where: { isSameFile($0.path, member.path) }) {
        throw Fault.usage(
          "\(member.path) was given twice" + (other.path == member.path ? "" : " (it is \(other.path))")
            + "; name every member of an ensemble once")
      }
      if let one = first.description.voxelSizes, let other = member.description.voxelSizes,
        (0..<3).contains(where: { axis in
          let ratio = one.median[axis] / other.median[axis]
          return max(ratio, 1 / ratio) > VolumeRequirements.tolerance
        })
      {
        throw Fault.usage(
          "\(first.path) and \(member.path) cannot be averaged: the first was trained on voxels of \(one.text), the other on "
            + "voxels of \(other.text); give networks that were trained alike, or segment with each and compare")
      }
      for (what, value) in properties {
        guard let one = value(first.description), let other = value(member.description), one != other else { continue }
        throw Fault.usage(
          "\(first.path) and \(member.path) cannot be averaged: the first has \(what) \(one), the other \(other); give "
            + "networks that were trained alike, or segment with each and compare")
      }
    }
    for member in members { try member.description.normalisation.require(of: member.path) }
  }

  /// Counts as seen in the output, for networks whose description does not tell; one channel is the probability of
  /// foreground, which two classes have too.
  ///
  /// - Throws: `Fault.usage` when two members tell different numbers of classes apart.
  static func requireSameClasses(_ first: Int, _ second: Int, _ firstModel: Model, _ secondModel: Model) throws {
    if max(first, 2) == max(second, 2) { return }
    throw Fault.usage(
      "\(firstModel.path) and \(secondModel.path) cannot be averaged: the first returns \(first) channels, the other "
        + "\(second); give networks that tell the same classes apart")
  }

  private static func isSameFile(_ first: String, _ second: String) -> Bool {
    guard let one = FileIdentity(of: first), let other = FileIdentity(of: second) else { return first == second }
    return one == other
  }
}
