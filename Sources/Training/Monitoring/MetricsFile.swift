import Files
import Foundation

/// `metrics.csv` of a run: one row a step, appended while the run goes on.
///
/// On resume the rows after the resumed step and a torn last line are dropped, so that the file reads as if the run had
/// never stopped. Not safe for use from several threads at once.
package final class MetricsFile {
  package let path: String
  private let handle: FileHandle
  private let columnCount: Int

  /// - Parameters:
  ///   - columns: names of the columns; the first is the step.
  ///   - steps: rows of steps 0..<steps of an earlier part of the run are kept.
  /// - Throws: `Fault.badData` when an existing file has other columns.
  package init(_ path: String, columns: [String], keepingSteps steps: Int) throws {
    self.path = path
    columnCount = columns.count
    let header = columns.joined(separator: ",")
    var text = header + "\n"
    if steps > 0 && fileExists(path) {
      let old = String(decoding: try readWholeFile(path), as: UTF8.self)
      var lines = old.split(separator: "\n", omittingEmptySubsequences: false)
      // What follows the last newline is a row that was being written when the run was killed.
      lines.removeLast()
      guard lines.first.map(String.init) == header else {
        throw Fault.badData("\(path) has the columns '\(lines.first ?? "")'; expected '\(header)'")
      }
      for line in lines.dropFirst() {
        guard let first = line.split(separator: ",").first, let step = Int(first), step < steps else { continue }
        text += line + "\n"
      }
    }
    try publish(text, to: path)
    guard let handle = FileHandle(forWritingAtPath: path) else {
      throw Fault.cannotCreate("cannot append to \(path): \(systemErrorText())")
    }
    self.handle = handle
    try seekToEnd()
  }

  private func seekToEnd() throws {
    do { try handle.seekToEnd() } catch { throw Fault.io("cannot append to \(path): \(error.localizedDescription)") }
  }

  /// Appends one row; nil is an empty field.
  package func append(step: Int, _ values: [Double?]) throws {
    precondition(values.count + 1 == columnCount, "\(values.count + 1) fields for \(columnCount) columns")
    let fields = values.map { value in value.map { "\($0)" } ?? "" }
    let row = ([String(step)] + fields).joined(separator: ",") + "\n"
    do { try handle.write(contentsOf: Data(row.utf8)) } catch {
      throw Fault.io("cannot append to \(path): \(error.localizedDescription)")
    }
  }
}
