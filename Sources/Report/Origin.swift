import Files
import Foundation
import Jobs

/// What an output says of how it was made.
struct Origin {
  let command: String
  let version: String
  let settings: [(name: String, value: String)]
  let inputs: [(name: String, path: String)]
  let warnings: [String]
  /// Whose threshold an inference took, as a sentence; nil where it was given or is the usual one.
  let choiceOfThreshold: String?
  /// When the command began and when the output was whole; nil where the files do not tell.
  let began: Date?
  let ended: Date?

  /// - Parameters:
  ///   - directory: where `settings.json` lies.
  ///   - last: a file that is written last.
  init?(in directory: String, last: String) {
    guard let recorded = try? RecordedSettings(in: directory),
      let document = try? JSONValue(
        parsing: readWholeFile(joinPath(directory, "settings.json"), limit: 64 << 20), path: directory)
    else { return nil }
    command = recorded.command
    version = document["version"]?.asString ?? "unknown"
    settings = recorded.settings.sorted { $0.key < $1.key }.filter { !$0.value.isEmpty }.map { ($0.key, $0.value) }
    inputs = (document["inputs"]?.asArray ?? []).compactMap { input in
      guard let name = input["name"]?.asString, let path = input["path"]?.asString else { return nil }
      return (name, path)
    }
    warnings = recorded.warnings
    choiceOfThreshold = (document["meanings"]?.asObject ?? [:]).values.compactMap(\.asString)
      .first { $0.hasPrefix("foreground from a probability of") }
    // Commands write some file as soon as they begin; settings may follow at the end.
    let names = (try? directoryEntries(directory)) ?? []
    began = names.compactMap { modificationTime(joinPath(directory, $0)) }.min()
    ended = modificationTime(last)
  }

  func input(_ name: String) -> String? { inputs.first { $0.name == name }?.path }

  func setting(_ name: String) -> String? { settings.first { $0.name == name }?.value }

  /// The settings and inputs, folded.
  var html: String {
    var rows = settings.map { [escaped($0.name), escaped(shortened($0.value))] }
    // Training may have thousands of inputs.
    rows += inputs.prefix(24).map { ["input: " + escaped($0.name), escaped($0.path)] }
    if inputs.count > 24 { rows.append(["inputs", "and \(counted(inputs.count - 24, "other"))"]) }
    return "<details><summary>Settings and inputs of <code>sheaf \(escaped(command))</code></summary>"
      + table(["setting", "value"], rows, textColumns: [0, 1]) + "</details>"
  }

  private func shortened(_ text: String) -> String { text.count > 160 ? text.prefix(160) + "…" : text }
}

func modificationTime(_ path: String) -> Date? {
  var status = stat()
  guard stat(path, &status) == 0 else { return nil }
  return Date(timeIntervalSince1970: Double(status.st_mtim.tv_sec))
}
