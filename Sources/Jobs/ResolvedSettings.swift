import Files
import Foundation

/// Everything that decides the bytes of an output: the command's settings after all defaults, and its inputs.
///
/// Its `identity` ties a journal to them; `write(to:)` leaves them beside the output as `settings.json`. Ranks, threads,
/// memory and time limits do not belong here: they change no byte.
package struct ResolvedSettings: Sendable {
  package let command: String
  package let programVersion: String
  private var settings: [(name: String, value: String)] = []
  private var inputs: [(name: String, path: String, fingerprint: String)] = []

  package init(command: String, programVersion: String) {
    self.command = command
    self.programVersion = programVersion
  }

  /// Adds a setting as the command line names it, without dashes.
  package mutating func add(_ name: String, _ value: some CustomStringConvertible) {
    settings.append((name, value.description))
  }

  /// Adds an input file or directory with the fingerprint of its content.
  ///
  /// - Throws: `Fault.noInput` when it is missing or unreadable.
  package mutating func add(input name: String, path: String) throws {
    inputs.append((name, path, try fingerprint(of: path)))
  }

  /// One setting a line. Inputs count by their content, so an input that was moved is still the same, and program
  /// versions do not count.
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
  }

  /// Publishes `settings.json` in `directory`.
  package func write(to directory: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let document = Document(
      version: programVersion, command: command,
      settings: Dictionary(settings.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last }),
      inputs: inputs.map { .init(name: $0.name, path: $0.path, fingerprint: $0.fingerprint) })
    try publish(try encoder.encode(document) + Data("\n".utf8), to: joinPath(directory, "settings.json"))
  }
}

private func oneLine(_ text: String) -> String {
  text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\n", with: "\\n")
}
