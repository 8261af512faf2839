import Files
import Yams

/// Why a text is not YAML, in one line for the end of a sentence, with the place and the usual cause.
package func yamlProblem(_ error: any Error) -> String {
  switch error {
  case YamlError.scanner(_, let problem, let mark, let text), YamlError.parser(_, let problem, let mark, let text),
    YamlError.composer(_, let problem, let mark, let text):
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let line = lines.indices.contains(mark.line - 1) ? lines[mark.line - 1] : ""
    if line.prefix(while: { $0 == " " || $0 == "\t" }).contains("\t") {
      return "line \(mark.line) is indented with a tab; YAML is indented with spaces"
    }
    return "line \(mark.line), column \(mark.column): \(problem)"
  case YamlError.duplicatedKeysInMapping(let duplicates, let context):
    return "line \(context.mark.line): \(duplicates.joined(separator: ", ")) stands there twice"
  case YamlError.reader(let problem, let offset, _, _):
    return problem + (offset.map { " at byte \($0)" } ?? "")
  case YamlError.dataCouldNotBeDecoded: return "it is not UTF-8 text"
  default: return plainText(of: error)
  }
}
