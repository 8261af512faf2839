import Files
import Foundation

/// The objects of a label image, as `sheaf infer` and `sheaf label` write them: a CSV table with an `id` column and
/// numbers.
package final class ObjectList: @unchecked Sendable {
  package let path: String
  /// The names of the columns, `id` first.
  package let columns: [String]
  /// By column; NaN where a field is empty.
  private let values: [[Double]]
  private var rowOfID: [Int: Int] = [:]
  private let lock = NSLock()
  private var orders: [Order: [Int]] = [:]

  private struct Order: Hashable {
    let column: Int
    let isDescending: Bool
  }

  /// Largest table, in bytes: tens of millions of objects.
  private static let limit = 4 << 30

  package var count: Int { values.first?.count ?? 0 }

  /// - Throws: `Fault.badData` naming the line that is not as expected.
  package init(_ path: String) throws {
    self.path = path
    guard fileExists(path) else { throw Fault.noInput("cannot read \(path): there is no such file") }
    let data = try readWholeFile(path, limit: Self.limit)
    var lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true).makeIterator()
    func fields(_ line: Data.SubSequence) -> [String] {
      String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        .split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let header = lines.next().map(fields) ?? []
    guard header.first == "id", header.count > 1 else {
      throw Fault.badData(
        "\(path) is not an object table: expected a first line that begins with \"id,\", found "
          + "\"\(header.joined(separator: ",").prefix(60))\"; give the CSV that `sheaf infer --objects` wrote")
    }
    var values = [[Double]](repeating: [], count: header.count)
    var number = 1
    while let line = lines.next() {
      number += 1
      let row = fields(line)
      guard row.count == header.count, let id = Int(row[0]) else {
        throw Fault.badData(
          "\(path):\(number): expected \(header.count) numbers separated by commas, the first of which is an id, found "
            + "\"\(String(decoding: line.prefix(80), as: UTF8.self))\"")
      }
      rowOfID[id] = number - 2
      values[0].append(Double(id))
      for column in 1..<header.count { values[column].append(Double(row[column]) ?? .nan) }
    }
    columns = header
    self.values = values
  }

  /// One row, by the id of the object.
  package func row(id: Int) -> [Double]? { rowOfID[id].map(row) }

  package func row(_ number: Int) -> [Double] { values.map { $0[number] } }

  /// Rows in the order of a column; empty fields come last.
  package func rows(sortedBy column: Int, descending: Bool, in range: Range<Int>) -> [[Double]] {
    let order = order(Order(column: column, isDescending: descending))
    return range.clamped(to: 0..<order.count).map { row(order[$0]) }
  }

  /// The place of an object in that order.
  package func place(ofID id: Int, sortedBy column: Int, descending: Bool) -> Int? {
    guard let row = rowOfID[id] else { return nil }
    return order(Order(column: column, isDescending: descending)).firstIndex(of: row)
  }

  private func order(_ wanted: Order) -> [Int] {
    lock.withLock {
      if let known = orders[wanted] { return known }
      let keys = values[wanted.column]
      let sorted = keys.indices.sorted { first, second in
        let (a, b) = (keys[first], keys[second])
        if a.isNaN || b.isNaN { return !a.isNaN && b.isNaN || a.isNaN == b.isNaN && first < second }
        return a == b ? first < second : wanted.isDescending ? a > b : a < b
      }
      // Three orders of ten million rows are 240 MB.
      if orders.count >= 3 { orders.removeAll() }
      orders[wanted] = sorted
      return sorted
    }
  }

  /// A column's values, by name.
  package func column(_ name: String) -> [Double]? { columns.firstIndex(of: name).map { values[$0] } }
}
