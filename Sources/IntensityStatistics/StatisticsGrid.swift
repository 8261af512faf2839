import Files
import Voxels

/// Statistics of a volume, gathered while its voxels pass by: for each cell of a grid anchored at the volume's origin a
/// `CellStatistics`, and one histogram of 65,536 bins of the whole volume.
///
/// Everything in it is an integer that adds up. A grid that saw a part of the volume holds exactly its part; grids of
/// disjoint parts merged in any order equal the grid of the whole. Partial cells are no special case.
///
/// One thread at a time may use a grid: give every thread its own and merge.
public final class StatisticsGrid: @unchecked Sendable {
  package let volume: Extent
  package let type: VoxelType
  /// Neighbours along x are compared only within *runs*: stretches of this many voxels that begin at multiples of it.
  /// Whoever cuts the volume cuts it between runs, so that no difference falls between two parts.
  package let run: Int
  package let cells: Lattice
  /// Voxels in each bin.
  package private(set) var histogram: [UInt64]
  /// By number in `cells`; cells that saw no voxel are absent.
  package private(set) var statistics: CellTable
  private var counter: PieceCounter?

  /// - Parameters:
  ///   - volume: extent of the whole volume, whatever part will be added.
  ///   - run: where parts may be cut along x: the chunk's edge, say. At least 1.
  package init(volume: Extent, type: VoxelType, run: Int) {
    precondition(run > 0, "a run has at least one voxel")
    self.volume = volume
    self.type = type
    self.run = run
    cells = Lattice(extent: volume, cell: Extent(Self.cellEdge(of: volume)))
    statistics = CellTable(cellCount: cells.count)
    histogram = [UInt64](repeating: 0, count: Binning.binCount)
  }

  /// The grid read from disk.
  init(
    volume: Extent, type: VoxelType, run: Int, cells: Lattice, histogram: [UInt64], statistics: CellTable
  ) {
    self.volume = volume
    self.type = type
    self.run = run
    self.cells = cells
    self.histogram = histogram
    self.statistics = statistics
  }

  /// The edge of a cell, a function of the volume's extent alone: 12 voxels while that makes at most 8,192 cells, 30 up to
  /// 4,096 cells, 50 up to 400,000 (5·10¹⁰ voxels), then 100, 150 or 300. All divide 300, the edge of a patch; 12 divides
  /// the patches of small volumes, too: 24, 36, 48, 60 and 96. Of a cell that a patch cuts, a part is not its own.
  package static func cellEdge(of volume: Extent) -> Int { cellEdge(of: volume, least: (12, 8_192)) }

  /// The edges that statistics of a volume may have: the smallest cells of earlier versions had 15 voxels.
  static func knownCellEdges(of volume: Extent) -> [Int] {
    [cellEdge(of: volume), cellEdge(of: volume, least: (15, 4_096))]
  }

  private static func cellEdge(of volume: Extent, least: (edge: Int, limit: Int)) -> Int {
    let choices = [least, (30, 4_096), (50, 400_000), (100, 400_000), (150, 400_000)]
    for (edge, limit) in choices {
      if let count = volume.dividedRoundingUp(by: Extent(edge)).checkedCount, count <= limit { return edge }
    }
    return 300
  }

  package var binning: Binning { Binning.of(type) }

  /// Voxels seen.
  package var voxelCount: UInt64 { histogram.reduce(0, &+) }

  /// Whether every voxel of the volume was seen (once, if nobody added a voxel twice).
  package var isComplete: Bool { voxelCount == UInt64(volume.count) }

  /// Adds the voxels of `region`, a box of the volume; `buffer` holds them (and perhaps more) with its first voxel at
  /// `origin` in the volume.
  ///
  /// - Precondition: the region lies in the volume and in the buffer; along x it begins and ends between two runs or at
  ///   the end of the volume; the buffer's type is the grid's.
  package func add(_ region: Region, of buffer: VoxelBuffer, at origin: Coordinate) {
    precondition(buffer.type == type, "\(buffer.type) voxels cannot be added to statistics of \(type) voxels")
    precondition(Region(volume).contains(region), "\(region) is outside the volume \(volume)")
    precondition(
      Region(origin: origin, extent: buffer.extent).contains(region), "\(region) is outside the buffer at \(origin)")
    precondition(
      region.origin.x % run == 0 && (region.end.x % run == 0 || region.end.x == volume.x),
      "\(region) is cut inside a run of \(run) voxels")
    if region.isEmpty { return }
    let counter = self.counter ?? PieceCounter(binning)
    self.counter = counter
    histogram.withUnsafeMutableBufferPointer { histogram in
      cells.positions(intersecting: region).forEachPosition { position in
        let piece = cells.region(at: position).intersection(region)
        let counted = counter.count(
          piece.relative(to: origin), of: buffer, x: piece.origin.x, run: run, into: histogram.baseAddress!)
        statistics.add(counted, to: cells.index(of: position))
      }
    }
  }

  /// Adds a whole buffer whose first voxel is at `origin` in the volume.
  package func add(_ buffer: VoxelBuffer, at origin: Coordinate) {
    add(Region(origin: origin, extent: buffer.extent), of: buffer, at: origin)
  }

  /// Adds the statistics of another part of the same volume.
  ///
  /// - Throws: `Fault.badData` when `other` is of another volume, type or run, or has other cells.
  package func merge(_ other: StatisticsGrid) throws {
    guard other.volume == volume, other.type == type, other.run == run else {
      throw Fault.badData(
        "statistics of different volumes cannot be added: expected \(type) \(volume) with runs of \(run), "
          + "found \(other.type) \(other.volume) with runs of \(other.run)")
    }
    guard other.cells.cell == cells.cell else {
      throw Fault.badData(
        "statistics of different cells cannot be added: expected cells of \(cells.cell), found \(other.cells.cell)")
    }
    for bin in 0..<Binning.binCount { histogram[bin] &+= other.histogram[bin] }
    statistics.add(other.statistics)
  }
}
