import Voxels

/// A volume whose voxels are in memory.
package final class MemoryVolume: VolumeSource {
  package let description: VolumeDescription
  package let readingGeometry = ReadingGeometry(piece: Extent(1), scratchInBytes: 0)
  private let voxels: VoxelBuffer

  /// - Parameter description: of the volume that the voxels were read from, or belong to: its size and type are those of
  ///   `voxels`.
  package init(_ voxels: VoxelBuffer, _ description: VolumeDescription) {
    var description = description
    description.extent = voxels.extent
    description.voxelType = voxels.type
    self.description = description
    self.voxels = voxels
  }

  package func read(_ region: Region, into buffer: VoxelBuffer, at origin: Coordinate) throws {
    checkRequest(region, buffer, origin)
    buffer.copy(region, of: voxels, to: origin)
  }
}
