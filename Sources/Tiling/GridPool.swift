import IntensityStatistics
import Synchronization
import Voxels

/// Statistics of one unit, collected by several threads: each borrows a grid for a chunk, and in the end the grids are
/// added up, which gives the same integers whatever thread had which chunk.
final class GridPool: Sendable {
  /// A grid belongs to one thread at a time.
  private struct Grid: @unchecked Sendable {
    let grid: StatisticsGrid
  }

  private let idle = Mutex<[Grid]>([])
  private let make: @Sendable () -> StatisticsGrid

  init(_ make: @escaping @Sendable () -> StatisticsGrid) { self.make = make }

  /// Adds `region`, a box of the volume; `buffer` holds it, with its first voxel at `origin` in the volume.
  func add(_ region: Region, of buffer: VoxelBuffer, at origin: Coordinate) {
    let borrowed = idle.withLock { $0.popLast() } ?? Grid(grid: make())
    borrowed.grid.add(region, of: buffer, at: origin)
    idle.withLock { $0.append(borrowed) }
  }

  /// The sum of all; once no thread adds any more.
  func sum() throws -> StatisticsGrid {
    let grids = idle.withLock { $0 }
    guard let first = grids.first?.grid else { return make() }
    for other in grids.dropFirst() { try first.merge(other.grid) }
    return first
  }
}
