import Files
import Foundation
import Yams

/// The root of a YAML file: a recipe, a list of pairs, a list of sources.
///
/// - Parameter expected: what the document should be, for messages, such as "a list of sources".
/// - Returns: nil when it is empty.
/// - Throws: `Fault` naming the file, for YAML also the line and the usual cause of the mistake.
package func composeYAML(atPath path: String, limit: Int, expected: String) throws -> Node? {
  let data = try readWholeFile(path, limit: limit)
  guard let text = String(data: data, encoding: .utf8) else {
    throw Fault.badData("\(path) is not text in UTF-8; expected \(expected)")
  }
  return try composeYAML(text, of: path, expected: expected)
}

/// As `composeYAML(atPath:limit:expected:)`, of text that has been read.
package func composeYAML(_ text: String, of path: String, expected: String) throws -> Node? {
  do { return try Yams.compose(yaml: text) } catch let error as YamlError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      throw Fault.badData("\(path):\(mark.line): not YAML: \(problem)\(advice(text, line: mark.line, expected))")
    case .reader(let problem, let offset, _, _):
      let line = 1 + text.prefix(offset ?? 0).filter(\.isNewline).count
      throw Fault.badData("\(path):\(line): not YAML: \(problem); expected \(expected)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      throw Fault.badData(
        "\(path):\(context.mark.line): \(duplicates.sorted().joined(separator: ", ")) is given twice; leave out one of them"
      )
    default:
      throw Fault.badData("\(path) cannot be read as YAML: expected \(expected)")
    }
  }
}

/// The usual cause of a mistake that the parser describes in its own terms.
private func advice(_ text: String, line: Int, _ expected: String) -> String {
  let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
  guard lines.indices.contains(line - 1) else { return "" }
  if lines[line - 1].contains("\t") { return "; the line holds a tab: YAML is indented with spaces" }
  return "; expected \(expected), and quotes around text with ': ' or '#'"
}
