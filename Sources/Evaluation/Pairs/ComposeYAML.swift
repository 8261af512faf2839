import Files
import Yams

/// The root of a YAML document; nil when it is empty.
///
/// - Parameters:
///   - path: of the file, for messages.
///   - expected: what the document should be, for messages.
/// - Throws: `Fault.badData` with the line of the mistake.
package func composeYAML(_ text: String, of path: String, expected: String) throws -> Node? {
  do { return try Yams.compose(yaml: text) } catch let error as YamlError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      throw Fault.badData("\(path):\(mark.line): \(problem)\(advice(text, line: mark.line, expected))")
    case .reader(let problem, let offset, _, _):
      let line = 1 + text.prefix(offset ?? 0).filter(\.isNewline).count
      throw Fault.badData("\(path):\(line): \(problem); expected \(expected)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      throw Fault.badData("\(path):\(context.mark.line): the key '\(duplicates.first ?? "")' is given twice")
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
