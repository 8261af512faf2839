import Files
import Zarr

/// What `verify` found at one path.
public struct VerificationReport: Codable, Sendable {
  package struct Damage: Codable, Sendable {
    /// The damaged file.
    package let path: String
    package let message: String
  }

  package let store: String
  /// What sorts of outputs of Sheaf there are, each once; nothing for stores of others.
  package var kinds: [String] = []
  /// Whether every output of Sheaf there is finished.
  package var isFinished = true
  package let shards: Int
  /// Files that were compared with their digests.
  package var files = 0
  /// Shards that were damaged and have been rebuilt.
  package var repaired = 0
  /// Metadata documents that were lost or changed and have been written again.
  package var restored: [String] = []
  package let damage: [Damage]
  /// What could not be checked, as sentences.
  package let notes: [String]

  /// One line a finding; a line that says so when there is none.
  package var text: String {
    var lines = damage.map(\.message)
    lines += restored.map { "\($0) was written again" }
    if repaired > 0 { lines.append("\(store): \(repaired) shards rebuilt") }
    lines += notes
    if damage.isEmpty {
      var parts = [String]()
      if shards > 0 || files == 0 { parts.append("\(shards) shards") }
      if files > 0 { parts.append("\(files) files") }
      lines.append("\(store): \(parts.joined(separator: " and ")), all intact")
    }
    return lines.joined(separator: "\n")
  }

  /// - Throws: `Fault.badData` with the first finding when there is any.
  package func requireSoundness() throws {
    guard let first = damage.first else { return }
    throw Fault.badData(
      damage.count == 1
        ? first.message : "\(store) is damaged in \(damage.count) places; the first: \(first.message)")
  }
}

extension VerificationReport.Damage {
  init(_ finding: Finding) { self.init(path: finding.path, message: finding.message) }
}
