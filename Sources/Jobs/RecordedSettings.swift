import Files
import Foundation

/// Reads back the `settings.json` that a command stored with its output: see `ResolvedSettings`.
package struct RecordedSettings: Sendable {
  package let command: String
  package let settings: [String: String]
  /// What the command doubted; none in files of versions that did not keep them.
  package let warnings: [String]
  private let inputs: [Input]

  /// An input as it was when the output was made.
  package struct Input: Decodable, Sendable {
    /// The command's name for it, such as `store`.
    package let name: String
    package let path: String
    /// What the contents were recognised by; nil in settings of earlier versions, which have a fingerprint instead.
    package let identity: String?
    private let fingerprint: String?

    /// Whether an input with this identity is the one that was recorded.
    ///
    /// - Parameter legacyPath: what earlier versions took the fingerprint of.
    package func matches(_ identity: String, legacyPath: String) throws -> Bool {
      if let recorded = self.identity { return recorded == identity }
      return try fingerprint == legacyFingerprint(of: legacyPath)
    }

    /// - Throws: `Fault.usage` when an earlier version recorded another fingerprint than that of `path`.
    fileprivate func requireLegacyFingerprint(of path: String) throws {
      guard let fingerprint else { return }
      let found = try legacyFingerprint(of: path)
      guard found == fingerprint else {
        throw Fault.usage(
          "\(path) is not what the output was made from (\(self.path)): expected a fingerprint of \(fingerprint), found "
            + "\(found); give the original input")
      }
    }
  }

  private struct Document: Decodable {
    let command: String
    let settings: [String: String]
    let inputs: [Input]
    let warnings: [String]?
  }

  /// - Throws: `Fault.noInput` when there are none in `directory`, `Fault.badData` when they cannot be parsed.
  package init(in directory: String) throws {
    let path = joinPath(directory, "settings.json")
    guard let document = try? JSONDecoder().decode(Document.self, from: readWholeFile(path, limit: 64 << 20)) else {
      guard fileExists(path) else { throw Fault.noInput("\(path) is missing: it records how the output was made") }
      throw Fault.badData("\(path) cannot be understood: expected the settings of a sheaf command")
    }
    command = document.command
    settings = document.settings
    inputs = document.inputs
    warnings = document.warnings ?? []
  }

  /// The first input of that name; nil if there is none.
  package func input(_ name: String) -> Input? { inputs.first { $0.name == name } }

  /// For outputs of versions that recorded fingerprints.
  ///
  /// - Throws: `Fault.usage` when `paths` are not the inputs the output was made from, judged by their fingerprints.
  package func requireLegacyInputs(_ paths: [String]) throws {
    guard inputs.contains(where: { $0.identity == nil }) else { return }
    guard paths.count == inputs.count else {
      throw Fault.usage("the output was made from \(inputs.count) inputs, but \(paths.count) were given")
    }
    for (path, input) in zip(paths, inputs) { try input.requireLegacyFingerprint(of: path) }
  }
}
