import Files
import Foundation

/// `metrics.csv` of a run: one row a step, appended while the run goes on.
///
/// On resume the rows after the resumed step and a torn last line are dropped, so that the file reads as if the run had
/// never stopped. The file is for people and no step depends on it: damage to it is repaired as far as possible, with a
/// warning, and never keeps a run from going on. Not safe for use from several threads at once.
package final class MetricsFile {
  package let path: String
  private let handle: FileHandle
  private let columnCount: Int

  /// - Parameters:
  ///   - columns: names of the columns; the first is the step.
  ///   - steps: rows of steps 0..<steps of an earlier part of the run are kept.
  ///   - warn: receives a sentence about rows that are missing or cannot be read. A file of which not everything could
  ///     be read is kept beside under another name.
  package init(
    _ path: String, columns: [String], keepingSteps steps: Int, warn: (String) -> Void = { _ in }
  ) throws {
    self.path = path
    columnCount = columns.count
    let header = columns.joined(separator: ",")
    var rows: [Substring] = []
    if steps > 0 {
      let earlier = try MetricsFile.rows(in: path, header: header, columnCount: columns.count, steps: steps)
      rows = earlier.rows
      try earlier.tell(about: path, steps: steps, warn: warn)
    }
    try publish(([Substring(header)] + rows).joined(separator: "\n") + "\n", to: path)
    guard let handle = FileHandle(forWritingAtPath: path) else {
      throw Fault.cannotCreate("cannot append to \(path): \(systemErrorText())")
    }
    self.handle = handle
    try seekToEnd()
  }

  /// What an earlier part of the run left.
  private struct Earlier {
    /// Of steps below the resumed one, ascending.
    var rows: [Substring] = []
    /// Why the file is not as it was written, as words that follow its path; nil when it is.
    var damage: String?

    func tell(about path: String, steps: Int, warn: (String) -> Void) throws {
      let lost = steps - rows.count
      guard damage != nil || lost > 0 else { return }
      var text = "\(path) \(damage ?? "ends early")"
      text += lost > 0 ? ": \(lost) of \(steps) rows are lost" : ": no row is lost"
      if damage != nil, fileExists(path) {
        let copy = try MetricsFile.nameOfDamaged(path)
        if rename(path, copy) != 0 { throw systemFault("rename", path) }
        text += "; the damaged file is kept as \(copy)"
      }
      warn(text + "; training goes on")
    }
  }

  private static func rows(in path: String, header: String, columnCount: Int, steps: Int) throws -> Earlier {
    guard fileExists(path) else { return Earlier(damage: "is missing") }
    var lines = String(decoding: try readWholeFile(path), as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    // What follows the last newline is a row that was being written when the run was killed.
    lines.removeLast()
    var earlier = Earlier()
    if lines.first.map(String.init) != header {
      earlier.damage = "is damaged in its first line, which should be '\(header)'"
    }
    let numbers = lines.map { step(of: $0, columnCount: columnCount) }
    var last = -1
    for (number, line) in lines.enumerated() where number > 0 || earlier.damage != nil {
      // A damaged step number fits neither the row before nor the one after.
      let next = number + 1 < lines.count ? numbers[number + 1] : nil
      guard let step = numbers[number], step == last + 1 || step > last && (next == nil || next == step + 1) else {
        earlier.damage = earlier.damage ?? "is damaged in line \(number + 1)"
        continue
      }
      last = step
      if step < steps { earlier.rows.append(line) }
    }
    return earlier
  }

  /// The step of the last whole row; nil when there is none, or no file that can be read.
  static func lastStep(in path: String) -> Int? {
    guard let data = try? readWholeFile(path) else { return nil }
    let lines = String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    let columnCount = lines.first?.split(separator: ",", omittingEmptySubsequences: false).count ?? 0
    return lines.dropLast().reversed().lazy.compactMap { step(of: $0, columnCount: columnCount) }.first
  }

  /// The step of a row; nil when it is no row.
  private static func step(of line: Substring, columnCount: Int) -> Int? {
    let fields = line.split(separator: ",", omittingEmptySubsequences: false)
    guard fields.count == columnCount, let step = Int(fields[0]), step >= 0,
      fields.dropFirst().allSatisfy({ $0.isEmpty || Double($0) != nil })
    else { return nil }
    return step
  }

  /// A name that is free for a damaged file: `metrics.damaged-1.csv`.
  private static func nameOfDamaged(_ path: String) throws -> String {
    let stem = path.hasSuffix(".csv") ? String(path.dropLast(4)) : path
    return (1...).lazy.map { "\(stem).damaged-\($0).csv" }.first { !fileExists($0) }!
  }

  private func seekToEnd() throws {
    do { try handle.seekToEnd() } catch { throw Fault.io("cannot append to \(path): \(plainText(of: error))") }
  }

  /// Appends one row; nil is an empty field.
  package func append(step: Int, _ values: [Double?]) throws {
    precondition(values.count + 1 == columnCount, "\(values.count + 1) fields for \(columnCount) columns")
    let fields = values.map { value in value.map { "\($0)" } ?? "" }
    let row = ([String(step)] + fields).joined(separator: ",") + "\n"
    do { try handle.write(contentsOf: Data(row.utf8)) } catch {
      throw Fault.io("cannot append to \(path): \(plainText(of: error))")
    }
  }
}
