import Jobs
import VolumeFormats

extension Console {
  /// Raises what is doubtful about a volume; for every command that uses its voxels.
  ///
  /// - Parameter voxelSizeMatters: whether it uses the voxel size too.
  package func warn(about volume: VolumeDescription, voxelSizeMatters: Bool = false) {
    volume.doubts(voxelSizeMatters: voxelSizeMatters).forEach { warn($0) }
  }
}
