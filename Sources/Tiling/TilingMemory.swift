import IntensityStatistics
import VolumeFormats
import Voxels
import Zarr

/// The slabs in which a unit passes through memory, chosen so that a rank stays under its `--memory`.
///
/// A unit is cut into parts along y and x, each of whole shards, and a part into slabs of whole chunks along z and y.
/// One slab is read while the one before it is encoded. Slabs as wide as the volume and only so high that there is
/// work for all threads are best: their rows are read together, and they stay in the processor's caches. Where a strip
/// or tile of the source lies in two of them it is decoded twice, which costs time but changes no byte.
package struct TilingMemory: Sendable, Equatable {
  /// The extent of a slab, not yet cut at the end of the part.
  package let slab: Extent
  /// How often a voxel of the source is decoded on average; 1 is ideal.
  package let decodingsPerVoxel: Double
  /// What a rank takes in all, in bytes.
  package let inBytes: Int

  /// What the program takes before it has done anything: code, libraries, MPI.
  package static let programInBytes = 160 << 20

  /// Files are opened once a slab, so that it should not be too small either.
  private static let comfortableSlabInBytes = 32 << 20
  private static let comfortableChunksPerThread = 8

  /// The slab with the fewest decodings that fits `limitInBytes`, and among those the widest; the smallest of all
  /// when none fits, so that the plan can say how much it would take.
  package init(_ geometry: TilingGeometry, reading: ReadingGeometry, threads: Int, limitInBytes: Int) {
    let layout = geometry.layout
    let chunk = layout.chunk
    let unit = geometry.units.cell
    let step = geometry.step
    var depths = [chunk.z]
    // Deeper slabs only where the source is cut along z as well.
    while let last = depths.last, last < reading.piece.z, last < unit.z { depths.append(last * 2) }
    let heights = Self.heights(chunk: chunk.y, step: step.y, unit: unit.y)
    var candidates: [TilingMemory] = []
    for depth in depths {
      for height in heights {
        for columns in 1...(unit.x / step.x) {
          let slab = Extent(depth, height, columns * step.x)
          candidates.append(
            TilingMemory(
              slab: slab, decodingsPerVoxel: Self.decodings(slab, geometry, reading),
              inBytes: Self.bytes(slab, geometry, reading, threads)))
        }
      }
    }
    /// Smaller is better: the smallest of the comfortable slabs, else the largest.
    func discomfort(_ memory: TilingMemory) -> Int {
      let slab = memory.slab.clamped(to: layout.extent)
      let bytes = slab.count * layout.voxelType.byteCount
      let isComfortable =
        bytes >= Self.comfortableSlabInBytes
        && slab.dividedRoundingUp(by: chunk).count >= Self.comfortableChunksPerThread * threads
      return isComfortable ? bytes : Int.max - bytes
    }
    let best = candidates.filter { $0.inBytes <= limitInBytes }.min {
      ($0.decodingsPerVoxel, -$0.slab.x, discomfort($0), $0.slab.z) < (
        $1.decodingsPerVoxel, -$1.slab.x, discomfort($1), $1.slab.z
      )
    }
    self = best ?? candidates.min { $0.inBytes < $1.inBytes }!
  }

  /// Doubled from one chunk up to a step, then whole steps up to the unit.
  private static func heights(chunk: Int, step: Int, unit: Int) -> [Int] {
    var heights: [Int] = []
    var height = chunk
    while height < step {
      heights.append(height)
      height *= 2
    }
    return heights + stride(from: step, through: unit, by: step)
  }

  /// The part of a unit to which a slab belongs: all of the unit's z, and whole steps along y and x.
  package static func part(of slab: Extent, _ geometry: TilingGeometry) -> Extent {
    Extent(geometry.units.cell.z, max(slab.y, geometry.step.y), slab.x)
  }

  private init(slab: Extent, decodingsPerVoxel: Double, inBytes: Int) {
    self.slab = slab
    self.decodingsPerVoxel = decodingsPerVoxel
    self.inBytes = inBytes
  }

  /// Voxels decoded for the first unit over voxels wanted.
  private static func decodings(_ slab: Extent, _ geometry: TilingGeometry, _ reading: ReadingGeometry) -> Double {
    let unit = geometry.units.region(at: .zero).extent
    return (0..<3).reduce(1.0) { product, axis in
      let piece = reading.piece[axis]
      var decoded = 0
      for start in stride(from: 0, to: unit[axis], by: slab[axis]) {
        let end = min(start + slab[axis], unit[axis])
        decoded += min((end + piece - 1) / piece * piece, geometry.layout.extent[axis]) - start / piece * piece
      }
      return product * Double(decoded) / Double(unit[axis])
    }
  }

  private static func bytes(
    _ slab: Extent, _ geometry: TilingGeometry, _ reading: ReadingGeometry, _ threads: Int
  ) -> Int {
    let layout = geometry.layout
    let size = layout.voxelType.byteCount
    let inside = slab.clamped(to: layout.extent)
    // One slab is read while another is encoded.
    var total = programInBytes + reading.residentInBytes + 2 * inside.count * size
    let part = part(of: slab, geometry)
    if geometry.levelsInUnit > 1 {
      let half = Extent(slab.z, part.y, part.x).clamped(to: layout.extent).halvedRoundingUp
      total += Extent(max(layout.chunk.z, half.z), half.y, half.x).count * size
    }
    total += threads * threadInBytes(layout, reading)
    let shards = part.dividedRoundingUp(by: geometry.step).count * (geometry.levelsInUnit > 1 ? 5 : 1)
    let chunksInShard = layout.shard.dividedRoundingUp(by: layout.chunk).count
    // The shards and the statistics of the unit before are on their way to the disk.
    total += 2 * shards * (chunksInShard * 48 + (1 << 14))
    let cells = Lattice(extent: layout.extent, cell: Extent(StatisticsGrid.cellEdge(of: layout.extent)))
    let cellsInUnit = cells.positions(intersecting: geometry.units.region(at: .zero)).count
    // Rank 0 adds up the statistics of all units in the end, when its slabs are gone.
    let inTheEnd = programInBytes + cells.count * cellInBytes(layout.voxelType)
    return max(total + 2 * cellsInUnit * cellInBytes(layout.voxelType), inTheEnd)
  }

  /// Scratch of one thread: decoding a piece of the source, encoding a chunk, halving eight chunks, counting voxels.
  private static func threadInBytes(_ layout: StoreLayout, _ reading: ReadingGeometry) -> Int {
    let chunk = layout.chunk.count * layout.voxelType.byteCount
    return reading.scratchInBytes + 12 * chunk + (4 << 20)
  }

  /// The statistics of one cell: its coarse histogram spans all bins at worst.
  private static func cellInBytes(_ type: VoxelType) -> Int { Binning.of(type).coarseBinCount * 4 + 160 }
}
