import Files
import Foundation

/// Everything that determines the bytes of an output: the command's settings with all defaults filled in, and its
/// inputs.
///
/// Its `identity` ties a journal to them; `write(to:)` stores them with the output as `settings.json`. Ranks, threads,
/// memory and time limits do not belong here, since they do not change a byte.
package struct ResolvedSettings: Sendable {
  package let command: String
  package let programVersion: String
  private var settings: [(name: String, value: String)] = []
  private var inputs: [(name: String, path: String, fingerprint: String)] = []

  /// Those of the command, kept with the output.
  private let warnings: Warnings

  package init(command: String, programVersion: String, warnings: Warnings = Warnings()) {
    self.command = command
    self.programVersion = programVersion
    self.warnings = warnings
  }

  /// Adds a setting under its command-line name, without dashes.
  package mutating func add(_ name: String, _ value: some CustomStringConvertible) {
    settings.append((name, value.description))
  }

  /// Adds an input file or directory with a fingerprint of its contents.
  ///
  /// - Throws: `Fault.noInput` when it is missing or unreadable.
  package mutating func add(input name: String, path: String) throws {
    inputs.append((name, path, try fingerprint(of: path)))
  }

  /// One setting per line. Inputs are identified by their contents, so an input that was moved is still the same;
  /// program versions do not count.
  package var identity: String {
    ([("command", command)] + settings.map { ($0.name, $0.value) } + inputs.map { ($0.name, $0.fingerprint) })
      .map { "\($0.0): \(oneLine($0.1))" }.joined(separator: "\n")
  }

  private struct Document: Encodable {
    struct Input: Encodable {
      let name: String
      let path: String
      let fingerprint: String
    }
    let program = "sheaf"
    let version: String
    let command: String
    let settings: [String: String]
    let inputs: [Input]
    /// What was doubtful, also in earlier runs of the same command.
    let warnings: [String]
  }

  /// Publishes `settings.json` in `directory`, with the warnings raised so far and those that are in it already: a run
  /// that resumes does not raise all of them again.
  package func write(to directory: String) throws {
    let earlier = (try? RecordedSettings(in: directory))?.warnings ?? []
    let raised = warnings.textsAboutResult
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let document = Document(
      version: programVersion, command: command,
      settings: Dictionary(settings.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last }),
      inputs: inputs.map { .init(name: $0.name, path: $0.path, fingerprint: $0.fingerprint) },
      warnings: raised + earlier.filter { !raised.contains($0) })
    try publish(try encoder.encode(document) + Data("\n".utf8), to: joinPath(directory, "settings.json"))
  }
}

private func oneLine(_ text: String) -> String {
  text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\n", with: "\\n")
}
