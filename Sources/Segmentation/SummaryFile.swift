import Files
import Foundation

/// `summary.json` in an output's hidden directory: the result of a command, written last, so that its presence says that
/// all is done.
package struct SummaryFile<Summary: Codable> {
  private let path: String

  /// - Parameter directory: the output's hidden directory.
  package init(in directory: String) { path = joinPath(directory, "summary.json") }

  /// Nil when the output is not finished.
  ///
  /// - Throws: `Fault.badData` when the file is damaged.
  package func read() throws -> Summary? {
    guard fileExists(path) else { return nil }
    do {
      return try JSONDecoder().decode(Summary.self, from: readWholeFile(path, limit: 1 << 20))
    } catch is DecodingError {
      throw Fault.badData("\(path) is damaged; run the command again with --overwrite")
    }
  }

  package func write(_ summary: Summary) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try publish(try encoder.encode(summary) + Data("\n".utf8), to: path)
  }
}
