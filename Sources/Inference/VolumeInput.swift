import IntensityStatistics
import Voxels

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
  package let intensity: IntensityScale
  /// Copies a region into a buffer at a position; called from several threads at once.
  package let read: @Sendable (Region, VoxelBuffer, Coordinate) throws -> Void

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
