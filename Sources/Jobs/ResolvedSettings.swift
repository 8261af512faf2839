import Files
import Foundation

/// Everything that determines the bytes of an output: the command's settings with all defaults filled in, and its
/// inputs.
///
/// Its `identity` ties a journal to them; `write(to:)` stores them with the output as `settings.json`. Ranks, threads,
/// memory and time limits do not belong here, since they do not change a byte.
public struct ResolvedSettings: Sendable {
  package let command: String
  package let programVersion: String
  private var settings: [(name: String, value: String)] = []
  private var inputs: [Input] = []
  /// What inputs were taken for, by their paths; a consequence of the others and so no part of the identity.
  private var meanings: [String: String] = [:]

  private struct Input: Sendable {
    let name: String
    let path: String
    /// Changes with the contents alone.
    let identity: String
    /// As they were when the input was added.
    let table: FileTable
    let files: [String]
    /// What earlier versions took the fingerprints of.
    let legacyPaths: [String]
    /// Its name in records of earlier versions.
    let legacyName: String
    let readIdentity: @Sendable () throws -> String
  }

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

  /// Records what an input was taken for: `mask (one non-zero value, 255)`.
  package mutating func add(meaning text: String, of path: String) { meanings[path] = text }

  /// Adds an input whose contents are read here, every byte: weights, tables, annotated volumes.
  ///
  /// - Parameter files: those that the input consists of; nil for the file itself, or all below a directory that are not
  ///   hidden.
  /// - Throws: `Fault.noInput` when it is missing or unreadable.
  package mutating func add(input name: String, path: String, files: [String]? = nil) throws {
    guard fileExists(path) else { throw Fault.noInput("cannot read \(path): there is no such file or directory") }
    let files = try files ?? filesBelow(path)
    try add(input: name, path: path, files: files, legacyPaths: [path]) { try ContentDigest(of: files).text }
  }

  /// Adds an input whose contents are recognised in another way than by reading every byte.
  ///
  /// - Parameters:
  ///   - files: whose change means that `identity` may have changed.
  ///   - legacyPaths: what earlier versions took fingerprints of, in their order.
  ///   - legacyName: what they called it; nil for the same name.
  ///   - identity: changes with the contents alone.
  package mutating func add(
    input name: String, path: String, files: [String], legacyPaths: [String], legacyName: String? = nil,
    identity: @escaping @Sendable () throws -> String
  ) throws {
    inputs.append(
      Input(
        name: name, path: path, identity: try identity(), table: FileTable(files), files: files,
        legacyPaths: legacyPaths, legacyName: legacyName ?? name, readIdentity: identity))
  }

  /// One setting per line. Inputs are identified by their contents, so an input that was moved is still the same;
  /// program versions do not count.
  package var identity: OutputIdentity {
    let (command, settings, inputs) = (command, settings, inputs)
    @Sendable func text(_ inputLines: [(String, String)]) -> String {
      ([("command", command)] + settings.map { ($0.name, $0.value) } + inputLines)
        .map { "\($0.0): \(oneLine($0.1))" }.joined(separator: "\n")
    }
    return OutputIdentity(
      text(inputs.map { ($0.name, $0.identity) }),
      inputPaths: Dictionary(grouping: inputs, by: \.name).mapValues { $0.map(\.path) }
    ) {
      text(
        try inputs.flatMap { input in try input.legacyPaths.map { (input.legacyName, try legacyFingerprint(of: $0)) } })
    }
  }

  /// Compares the inputs with what they were when they were added; only what was touched is read again.
  ///
  /// - Throws: `Fault.badData` naming the first whose contents have changed since.
  package func requireUnchangedInputs() throws {
    for input in inputs {
      guard let change = input.table.changes(to: FileTable(input.files)).first else { continue }
      if try input.readIdentity() == input.identity { continue }
      throw Fault.badData(
        "\(input.path) has changed while sheaf \(command) read it (\(change.name): \(change.what)); what was made holds old "
          + "and new data: run the command again with --overwrite once nothing writes to its inputs")
    }
  }

  private struct Document: Encodable {
    struct Input: Encodable {
      let name: String
      let path: String
      let identity: String
      let files: Int
      let bytes: Int
    }
    let program = "sheaf"
    let version: String
    let command: String
    let settings: [String: String]
    let inputs: [Input]
    /// What inputs were taken for; nil where there was nothing to decide.
    let meanings: [String: String]?
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
      inputs: inputs.map {
        .init(
          name: $0.name, path: $0.path, identity: $0.identity, files: $0.table.files.count, bytes: $0.table.byteCount)
      },
      meanings: meanings.isEmpty ? nil : meanings, warnings: raised + earlier.filter { !raised.contains($0) })
    try publish(try encoder.encode(document) + Data("\n".utf8), to: joinPath(directory, "settings.json"))
  }
}

private func oneLine(_ text: String) -> String {
  text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\n", with: "\\n")
}

/// The file itself, or every file below a directory at any depth, in the order of their names; nothing hidden, and no
/// directory behind a symbolic link, which may lead back up the tree.
private func filesBelow(_ path: String) throws -> [String] {
  guard isDirectory(path) else { return [path] }
  return try directoryEntries(path).filter { !$0.hasPrefix(".") }.flatMap { name -> [String] in
    let entry = joinPath(path, name)
    var link = stat()
    if lstat(entry, &link) == 0, (link.st_mode & S_IFMT) == S_IFLNK, isDirectory(entry) { return [] }
    return try filesBelow(entry)
  }
}
