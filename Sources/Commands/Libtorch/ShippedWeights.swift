import Files
import Foundation

/// The pretrained weights that come with the program, each a directory named like the weights: `model.safetensors`,
/// `model.json`, and a model card, `README.md`.
package struct ShippedWeights: Sendable {
  /// Where they may lie, in the order of search.
  private let directories: [String]

  /// Those of this program: in `share/sheaf/weights` beside the `bin` or `libexec` where it was installed, or in the sources
  /// that it was built from.
  package init() {
    let program = Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
    self.init(program: program)
  }

  /// Those of a program at another place.
  package init(program: URL) {
    let start = program.resolvingSymlinksInPath().deletingLastPathComponent()
    let ancestors = sequence(first: start) { $0.path == "/" ? nil : $0.deletingLastPathComponent() }.prefix(5)
    directories =
      ancestors.map { $0.appendingPathComponent("share/sheaf/weights").path }
      + ancestors.filter { fileExists($0.appendingPathComponent("Package.swift").path) }
      .map { $0.appendingPathComponent("weights").path }
  }

  /// In alphabetical order.
  package var names: [String] {
    let all = directories.flatMap { directory in
      ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [])
        .filter { fileExists(joinPath(joinPath(directory, $0), "model.safetensors")) }
    }
    return Set(all).sorted()
  }

  /// The file of the weights of that name; nil where there are none, or something of that name lies in the working directory.
  package func file(named name: String) -> String? {
    guard !name.contains("/"), !fileExists(name) else { return nil }
    return directory(of: name).map { joinPath($0, "model.safetensors") }
  }

  private func directory(of name: String) -> String? {
    directories.map { joinPath($0, name) }.first { fileExists(joinPath($0, "model.safetensors")) }
  }

  /// What the user means by a path of weights: what lies there, or else the weights of that name.
  ///
  /// - Throws: `Fault.noInput` where there is neither, if it looks like a name.
  package func path(of text: String) throws -> String {
    guard !text.contains("/"), !fileExists(text) else { return text }
    if let directory = directory(of: text) { return directory }
    guard !text.contains(".") else { return text }
    throw Fault.noInput(
      "\(text): expected a file or directory of weights, or the name of weights that come with the program"
        + (names.isEmpty ? " (there are none here)" : " (\(names.joined(separator: ", ")))"))
  }
}
