import Voxels

/// Which crops of a corpus a training sees. The usual choice is that of earlier versions, whose runs see the same samples.
public struct CropChoice: Sendable {
  /// How a patch is drawn from those of a volume.
  public enum Draw: String, Sendable, CaseIterable {
    /// Every patch is as likely as another.
    case uniform
    /// A patch is the more likely the larger its tail contrast is; see `CropChoice.weight`.
    case contrast
  }

  package var draw: Draw
  /// The voxel size that crops are resampled to; nil for that of each volume.
  package var voxelSizeInMicrometres: VoxelSize?

  public init(draw: Draw = .uniform, voxelSizeInMicrometres: VoxelSize? = nil) {
    self.draw = draw
    self.voxelSizeInMicrometres = voxelSizeInMicrometres
  }

  /// How likely a patch is under `Draw.contrast`: proportional to its tail contrast from a quarter of the threshold of its
  /// source, so that patches without signal are seen too, to four times that, so that one bright artefact does not take
  /// the place of everything else.
  static func weight(tailContrast: Double, threshold: Double) -> Double {
    let threshold = max(threshold, 1)
    return min(max(tailContrast, threshold / 4), threshold * 4)
  }
}
