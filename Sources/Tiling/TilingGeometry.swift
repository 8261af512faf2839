import VolumeFormats
import Voxels
import Zarr

/// How the work of tiling is cut: a function of volume and settings alone, never of ranks, threads or memory.
///
/// A unit owns all shards of a box that spans the whole width of the volume, because strips do. Where units are
/// plenty and their slabs fit into 2 GiB, the box has two shards along z and y, so that it also owns whole shards of
/// level 1, which then come from voxels still in memory. Where a strip is higher than the box, the box grows until it
/// is not, so that a strip belongs to one unit, or to two where it lies across their border.
package struct TilingGeometry: Sendable {
  package let layout: StoreLayout
  /// Extents of all levels, level 0 first.
  package let levelExtents: [Extent]
  /// How many levels a unit makes: 1, or 2 when level 1 comes from memory.
  package let levelsInUnit: Int
  /// The smallest box that owns whole shards of all levels a unit makes.
  package let step: Extent
  /// The volume cut into units.
  package let units: Lattice

  /// Level 1 comes from memory, which saves a fifth of the computation, when there are at least so many units left to
  /// share.
  private static let leastUnitCount = 2
  /// Two slabs and the halved part make 2 GiB with what else is needed.
  private static let largestSlabsInBytes = 1600 << 20

  package init(_ layout: StoreLayout, reading: ReadingGeometry, levelsInUnit: Int? = nil) {
    self.layout = layout
    levelExtents = layout.levelExtents
    let extent = layout.extent
    let shard = layout.shard(ofLevel: extent)
    let isEven = (0..<3).allSatisfy { layout.chunk[$0] % 2 == 0 }
    func units(step: Extent) -> Lattice {
      let strips = max(1, (reading.piece.y + step.y - 1) / step.y)
      let across = (extent.x + step.x - 1) / step.x
      return Lattice(extent: extent, cell: Extent(step.z, step.y * strips, step.x * across))
    }
    let doubled = units(step: shard * 2)
    // Slabs are as high as what can only be decoded whole; uncompressed rows are read in part without waste, so that
    // slabs may be narrower than the volume.
    let width = reading.piece.x > 1 ? extent.x : min(shard.x * 2, extent.x)
    let slab = Extent(layout.chunk.z, max(layout.chunk.y, reading.piece.y), width).clamped(to: extent)
    let half = Extent(layout.chunk.z * 2, max(shard.y * 2, slab.y), width).clamped(to: extent).halvedRoundingUp
    let bytes = (2 * slab.count + half.count) * layout.voxelType.byteCount
    let takesLevel1 =
      levelsInUnit.map { $0 > 1 } ?? (doubled.count >= Self.leastUnitCount && bytes <= Self.largestSlabsInBytes)
    if takesLevel1 && isEven && levelExtents.count > 1 {
      self.levelsInUnit = 2
      step = shard * 2
      self.units = doubled
    } else {
      self.levelsInUnit = 1
      step = shard
      self.units = units(step: shard)
    }
  }

  /// Bytes of all levels, uncompressed.
  package var byteCount: Int { levelExtents.reduce(0) { $0 + $1.count } * layout.voxelType.byteCount }
}
