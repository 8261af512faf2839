import Voxels

/// The components on one face of a labelled box, or on one of its edges or corners, kept as runs: what must be known
/// of a box to join its components to those of its neighbours.
package struct ComponentPlane: Sendable, Equatable {
  package let rowCount: Int
  package let columnCount: Int
  /// Row by row, in ascending order; runs of one row do not touch.
  package private(set) var runs: [ComponentLabelling.Run]
  /// Where the runs of each row begin in `runs`; one more entry than rows.
  package let rowStarts: [Int]

  /// - Precondition: `rowStarts` has one entry for each row and one more, ascending from 0 to runs.count.
  package init(rowCount: Int, columnCount: Int, runs: [ComponentLabelling.Run], rowStarts: [Int]) {
    precondition(rowStarts.count == rowCount + 1 && rowStarts.last == runs.count, "runs do not fit \(rowCount) rows")
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.runs = runs
    self.rowStarts = rowStarts
  }

  /// A plane of background.
  package static func empty(_ rowCount: Int, _ columnCount: Int) -> ComponentPlane {
    ComponentPlane(
      rowCount: rowCount, columnCount: columnCount, runs: [], rowStarts: Array(repeating: 0, count: rowCount + 1))
  }

  /// The same plane with `offset` added to every component's number.
  package func renumbered(by offset: Int) -> ComponentPlane { renumbered { $0 + offset } }

  /// The same plane with other numbers for its components.
  package func renumbered(_ number: (Int) -> Int) -> ComponentPlane {
    var copy = self
    for index in copy.runs.indices { copy.runs[index].component = number(copy.runs[index].component) }
    return copy
  }

  /// One row, as a plane with a single row.
  package func row(_ index: Int) -> ComponentPlane {
    let part = Array(runs[rowStarts[index]..<rowStarts[index + 1]])
    return ComponentPlane(rowCount: 1, columnCount: columnCount, runs: part, rowStarts: [0, part.count])
  }

  /// One column, as a plane with a single row.
  package func column(_ index: Int) -> ComponentPlane {
    var builder = Builder(columnCount: rowCount)
    for row in 0..<rowCount { builder.append(component(row: row, column: index), at: row) }
    builder.endRow()
    return builder.plane
  }

  /// The component at a position, or nil for background.
  package func component(row: Int, column: Int) -> Int? {
    runs[rowStarts[row]..<rowStarts[row + 1]].first { Int($0.start) <= column && column < Int($0.end) }?.component
  }

  /// Calls `body` with the components of all touching pairs of runs, one of this plane and one of `other`, which lies
  /// beside it in the neighbouring box, position by position.
  ///
  /// - Parameter differingAxes: along how many axes the two boxes differ: 1 for faces, 2 for edges, 3 for corners.
  package func forEachContact(
    with other: ComponentPlane, differingAxes: Int, connectivity: Connectivity, _ body: (Int, Int) -> Void
  ) {
    precondition(rowCount == other.rowCount && columnCount == other.columnCount, "planes of unequal size cannot touch")
    let free = connectivity.differingAxes - differingAxes
    if free < 0 || runs.isEmpty || other.runs.isEmpty { return }
    for row in 0..<rowCount {
      let own = rowStarts[row]..<rowStarts[row + 1]
      if own.isEmpty { continue }
      for step in free > 0 ? -1...1 : 0...0 {
        guard row + step >= 0, row + step < rowCount else { continue }
        let reach: Int32 = free > (step == 0 ? 0 : 1) ? 1 : 0
        ComponentLabelling.forEachContact(
          runs, own, other.runs, other.rowStarts[row + step]..<other.rowStarts[row + step + 1], reach: reach
        ) { body(runs[$0].component, other.runs[$1].component) }
      }
    }
  }

  /// Collects a plane position by position.
  struct Builder {
    let columnCount: Int
    private var runs: [ComponentLabelling.Run] = []
    private var rowStarts = [0]

    init(columnCount: Int) { self.columnCount = columnCount }

    mutating func append(_ component: Int?, at column: Int) {
      guard let component else { return }
      if let last = runs.indices.last, last >= rowStarts[rowStarts.count - 1], Int(runs[last].end) == column,
        runs[last].component == component
      {
        runs[last].end += 1
      } else {
        runs.append(ComponentLabelling.Run(start: Int32(column), end: Int32(column + 1), component: component))
      }
    }

    mutating func endRow() { rowStarts.append(runs.count) }

    var plane: ComponentPlane {
      ComponentPlane(rowCount: rowStarts.count - 1, columnCount: columnCount, runs: runs, rowStarts: rowStarts)
    }
  }
}

extension ComponentLabelling {
  /// The plane at `index` along `axis`. Its rows and columns are the two other axes in the order (z, y, x).
  package func plane(axis: Int, at index: Int) -> ComponentPlane {
    switch axis {
    case 0:
      let first = rowStarts[index * extent.y]
      let starts = (0...extent.y).map { rowStarts[index * extent.y + $0] - first }
      return ComponentPlane(
        rowCount: extent.y, columnCount: extent.x, runs: Array(runs[first..<(first + starts[extent.y])]),
        rowStarts: starts)
    case 1:
      var part: [Run] = []
      var starts = [0]
      for z in 0..<extent.z {
        part.append(contentsOf: runs(z: z, y: index))
        starts.append(part.count)
      }
      return ComponentPlane(rowCount: extent.z, columnCount: extent.x, runs: part, rowStarts: starts)
    default:
      var builder = ComponentPlane.Builder(columnCount: extent.y)
      for z in 0..<extent.z {
        for y in 0..<extent.y {
          let run = runs(z: z, y: y).first { Int($0.start) <= index && index < Int($0.end) }
          builder.append(run?.component, at: y)
        }
        builder.endRow()
      }
      return builder.plane
    }
  }

  /// Calls `body` with the indices of all touching pairs of runs, one of `a` and one of `b`, which lie in neighbouring
  /// rows; with a reach of 1 also pairs that touch diagonally. Both are in ascending order, so one sweep over the two
  /// finds every pair.
  @inline(__always)
  static func forEachContact(
    _ runsA: [Run], _ a: Range<Int>, _ runsB: [Run], _ b: Range<Int>, reach: Int32, _ body: (Int, Int) -> Void
  ) {
    var i = a.lowerBound
    var j = b.lowerBound
    while i < a.upperBound, j < b.upperBound {
      if runsA[i].start < runsB[j].end + reach, runsB[j].start < runsA[i].end + reach { body(i, j) }
      // Runs of a row never touch (they would be one component), so when both end at one place the next run of either
      // side is out of reach of this one.
      if runsA[i].end < runsB[j].end { i += 1 } else { j += 1 }
    }
  }
}
