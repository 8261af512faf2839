import IntensityStatistics
import Voxels

/// The parts of a volume that are air by its statistics alone, without a look at their voxels: `BackgroundRule` for tiles
/// whose voxels are not those that were measured, because they were resampled.
///
/// A cell is quiet when air explains its brightest voxel, and when in none of the boxes of 2 × 2 × 2 cells that hold it more
/// than three voxels are brighter than most noise. An object of so few pixels that `BackgroundRule` would not see it either
/// is all that is lost: it needs four bright neighbours, and those of one object lie in such a box.
package struct QuietCells: Sendable, Equatable {
  private let cells: Lattice
  private let isQuiet: [Bool]

  private static let mostBright = 3

  package init(cells: Lattice, isQuiet: [Bool]) {
    precondition(isQuiet.count == cells.count, "\(isQuiet.count) marks of \(cells.count) cells")
    self.cells = cells
    self.isQuiet = isQuiet
  }

  /// Nil when no cell is quiet.
  package init?(_ statistics: StoreStatistics) {
    let grid = statistics.grid
    // Voxels that are brighter than most noise; nil where a cell is tissue or holds a voxel that is brighter than air can be.
    let bright = (0..<grid.cells.count).map { index in
      grid.statistics[index].flatMap { $0.brightCount(statistics.airLimits[index], grid.binning) }
    }
    let counts = grid.cells.counts
    var isQuiet = bright.map { $0 != nil }
    Region(counts).forEachPosition { corner in
      var sum = 0
      let box = Region(
        from: corner,
        to: Coordinate(min(corner.z + 2, counts.z), min(corner.y + 2, counts.y), min(corner.x + 2, counts.x)))
      box.forEachPosition { sum += bright[counts.index(of: $0)] ?? 0 }
      if sum > Self.mostBright { box.forEachPosition { isQuiet[counts.index(of: $0)] = false } }
    }
    guard isQuiet.contains(true) else { return nil }
    self.init(cells: grid.cells, isQuiet: isQuiet)
  }

  /// Whether all cells that share a voxel with `region` are quiet.
  package func areQuiet(_ region: Region) -> Bool {
    var areQuiet = true
    cells.positions(intersecting: region).forEachPosition { areQuiet = areQuiet && isQuiet[cells.index(of: $0)] }
    return areQuiet
  }
}

extension CellStatistics {
  /// Voxels that may be brighter than `limit.unlikely`; nil when air does not explain all of them.
  fileprivate func brightCount(_ limit: AirLimit, _ binning: Binning) -> Int? {
    if limit == .tissue { return nil }
    let notANumber = binning.notANumberBin.map { Int(binning.coarseBins[$0]) }
    var bright = 0
    for (offset, count) in counts.enumerated() where count > 0 && firstCoarseBin + offset != notANumber {
      let highest = binning.highest(binning.members[firstCoarseBin + offset].upperBound)
      if highest > limit.impossible { return nil }
      if highest > limit.unlikely { bright += Int(count) }
    }
    return bright
  }
}
