import Foundation

/// A table for a terminal: columns as wide as their widest cell, a rule under the titles.
package struct TextTable: Sendable {
  package enum Alignment: Sendable { case left, right }

  private let titles: [String]
  private let alignment: [Alignment]
  private var rows: [[String]] = []

  /// - Parameter alignment: of each column; the first column left and all others right when nil.
  package init(_ titles: [String], alignment: [Alignment]? = nil) {
    self.titles = titles
    self.alignment = alignment ?? titles.indices.map { $0 == 0 ? .left : .right }
    precondition(self.alignment.count == titles.count, "one alignment a column")
  }

  package mutating func add(_ row: [String]) {
    precondition(row.count == titles.count, "expected \(titles.count) cells, found \(row.count)")
    rows.append(row)
  }

  /// Lines without a trailing newline.
  package var text: String {
    let widths = titles.indices.map { column in ([titles] + rows).map { $0[column].count }.max()! }
    func line(_ cells: [String]) -> String {
      let padded = cells.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return alignment[column] == .left ? cell + space : space + cell
      }
      return String(padded.joined(separator: "  ").trimmingSuffixOfSpaces)
    }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    return ([line(titles), rule] + rows.map(line)).joined(separator: "\n")
  }

  /// A number with a fixed number of decimals and a point, whatever the locale.
  package static func number(_ value: Double, decimals: Int) -> String {
    String(format: "%.\(decimals)f", value)
  }
}

extension String {
  fileprivate var trimmingSuffixOfSpaces: Substring {
    var trimmed = self[...]
    while trimmed.last == " " { trimmed.removeLast() }
    return trimmed
  }
}
