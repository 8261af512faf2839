import Voxels

/// The connected components of a mask, kept as runs along x.
///
/// Rows are cut into runs of foreground; a run is united with the touching runs of the rows before it (He, Chao and
/// Suzuki, "A run-based two-scan labeling algorithm", IEEE Transactions on Image Processing 17, 2008). Memory is 16
/// bytes a run, so a sparse mask costs little whatever its size. Components are numbered 0, 1, 2… in the order of their
/// first voxels (C order).
public struct ComponentLabelling: Sendable {
  /// Foreground voxels `start..<end` of one row.
  package struct Run: Sendable, Equatable {
    package var start: Int32
    package var end: Int32
    /// Which component it belongs to.
    package var component: Int

    package init(start: Int32, end: Int32, component: Int) {
      self.start = start
      self.end = end
      self.component = component
    }
  }

  package let extent: Extent
  /// Number of components.
  package let count: Int
  /// In C order.
  package let runs: [Run]
  /// Where the runs of each row (z · extent.y + y) begin in `runs`; one more entry than rows.
  package let rowStarts: [Int]

  /// - Parameter isForeground: called once for each row (z, y) with a buffer of extent.x flags, to be filled with one
  ///   value other than 0 for every foreground voxel.
  package init(
    extent: Extent, connectivity: Connectivity, row fill: (Int, Int, UnsafeMutableBufferPointer<UInt8>) -> Void
  ) {
    precondition(extent.x < Int(Int32.max), "rows of \(extent.x) voxels are too long to label")
    var runs: [Run] = []
    var rowStarts = [0]
    rowStarts.reserveCapacity(extent.z * extent.y + 1)
    var sets = UnionFind()
    let flags = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(extent.x, 1))
    defer { flags.deallocate() }
    let row = UnsafeMutableBufferPointer(rebasing: flags[0..<extent.x])

    for z in 0..<extent.z {
      for y in 0..<extent.y {
        fill(z, y, row)
        let first = runs.count
        appendRuns(of: UnsafeBufferPointer(row), to: &runs)
        sets.append(count: runs.count - first)
        rowStarts.append(runs.count)
        if runs.count == first { continue }
        for (dz, dy) in [(-1, -1), (-1, 0), (-1, 1), (0, -1)] {
          guard z + dz >= 0, y + dy >= 0, y + dy < extent.y else { continue }
          let axes = (dz != 0 ? 1 : 0) + (dy != 0 ? 1 : 0)
          guard axes <= connectivity.differingAxes else { continue }
          let other = (z + dz) * extent.y + y + dy
          ComponentLabelling.forEachContact(
            runs, first..<runs.count, runs, rowStarts[other]..<rowStarts[other + 1],
            reach: axes < connectivity.differingAxes ? 1 : 0
          ) { sets.union($0, $1) }
        }
      }
    }
    let (ranks, count) = sets.ranks()
    for index in runs.indices { runs[index].component = ranks[index] }
    self.extent = extent
    self.count = count
    self.runs = runs
    self.rowStarts = rowStarts
  }

  /// The components of the voxels of `mask` that are not 0.
  ///
  /// - Precondition: `mask` has extent.count values, in C order.
  package init(_ mask: UnsafeBufferPointer<UInt8>, extent: Extent, connectivity: Connectivity) {
    precondition(mask.count == extent.count, "\(mask.count) values are no mask of \(extent)")
    self.init(extent: extent, connectivity: connectivity) { z, y, row in
      let start = (z * extent.y + y) * extent.x
      _ = row.update(fromContentsOf: mask[start..<(start + extent.x)])
    }
  }

  package func runs(z: Int, y: Int) -> ArraySlice<Run> {
    let row = z * extent.y + y
    return runs[rowStarts[row]..<rowStarts[row + 1]]
  }

  /// Writes `label(component)` into the foreground voxels of `labels`, C order, and leaves the others alone.
  package func write<Label>(into labels: UnsafeMutableBufferPointer<Label>, label: (Int) -> Label) {
    precondition(labels.count == extent.count, "\(labels.count) labels do not fill \(extent)")
    for row in 0..<(extent.z * extent.y) {
      for run in runs[rowStarts[row]..<rowStarts[row + 1]] {
        let value = label(run.component)
        for x in Int(run.start)..<Int(run.end) { labels[row * extent.x + x] = value }
      }
    }
  }
}

/// Appends the runs of one row; their component is not known yet.
private func appendRuns(of row: UnsafeBufferPointer<UInt8>, to runs: inout [ComponentLabelling.Run]) {
  var x = 0
  while x < row.count {
    while x < row.count, row[x] == 0 { x += 1 }
    if x == row.count { return }
    let start = x
    while x < row.count, row[x] != 0 { x += 1 }
    runs.append(ComponentLabelling.Run(start: Int32(start), end: Int32(x), component: 0))
  }
}
