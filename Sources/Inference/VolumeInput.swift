import Components
import Files
import IntensityStatistics
import Voxels
import Zarr

/// The volume that is segmented, and what is known of it as a whole.
package struct VolumeInput: Sendable {
  /// For errors.
  package let name: String
  package let extent: Extent
  package let voxelType: VoxelType
  /// How the voxels are stored: reading part of a chunk costs as much as all of it.
  package let chunk: Extent
  package let normalisation: Normalisation
  /// Nil to evaluate every tile.
  package let background: BackgroundRule?
  /// The same for tiles of voxels that are not those that were measured; nil to evaluate every tile.
  package var quietCells: QuietCells?
  /// Nil where it is not known.
  package var voxelSize: VoxelSize?
  /// The levels after this one, finest first, whose voxels are means of a whole number of its voxels.
  package var coarserLevels: [Level] = []
  package let intensity: IntensityScale
  /// Copies a region into a buffer at a position; called from several threads at once.
  package let read: @Sendable (Region, VoxelBuffer, Coordinate) throws -> Void
  /// What a thread that reads takes, in bytes, beside where it reads to; nil where that is a few chunks.
  package var readingScratchInBytes: Int?
  /// What the volume holds in memory while it is open, in bytes.
  package var residentInBytes = 0
  /// What is doubtful about it, as warnings.
  package var doubts: [String] = []

  package init(
    name: String, extent: Extent, voxelType: VoxelType, chunk: Extent, normalisation: Normalisation,
    background: BackgroundRule?, intensity: IntensityScale,
    read: @escaping @Sendable (Region, VoxelBuffer, Coordinate) throws -> Void
  ) {
    self.name = name
    self.extent = extent
    self.voxelType = voxelType
    self.chunk = chunk
    self.normalisation = normalisation
    self.background = background
    self.intensity = intensity
    self.read = read
  }
}

extension VolumeInput {
  /// The volume at one resolution.
  package struct Level: Sendable {
    let extent: Extent
    /// The edges of a voxel in those of the finest level.
    let factor: Extent
    let chunk: Extent
    /// As `VolumeInput.read`.
    let read: @Sendable (Region, VoxelBuffer, Coordinate) throws -> Void

    package init(
      extent: Extent, factor: Extent, chunk: Extent,
      read: @escaping @Sendable (Region, VoxelBuffer, Coordinate) throws -> Void
    ) {
      self.extent = extent
      self.factor = factor
      self.chunk = chunk
      self.read = read
    }
  }

  /// The volume itself as a level.
  var finestLevel: Level { Level(extent: extent, factor: Extent(1), chunk: chunk, read: read) }
}
