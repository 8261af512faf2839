import Voxels

/// The settings of pre-training alone, as in nnssl (Wald et al., "Revisiting MAE pre-training for 3D medical image
/// segmentation", CVPR 2025).
///
/// Tier `XS` was chosen by fine-tuning on few crops: with loss on masked voxels alone, its decoder reconstructed visible
/// regions badly and was hardly a better start than random weights; weights that had predicted intensities for 18,000 crops
/// broke in three of five fine-tunings at the usual learning rate, those that had predicted contrast in none.
public struct PretrainingSettings: SettingsTable {
  public static let table = PretrainingSettings()

  public let maskFraction = Setting(
    "mask-fraction", .byTier(xs: 0.5, s: 0.75, l: 0.75),
    ValidValues("a fraction above 0 and below 1") { $0 > 0 && $0 < 1 },
    "Fraction of the blocks of a crop that is masked")
  public let maskBlock = Setting(
    "mask-block", .byTier(xs: 4, s: 16, l: 16), ValidValues("1 to half the crop") { $0 >= 1 },
    "Edge of a masked block, in voxels")
  public let visibleWeight = Setting(
    "visible-weight", .byTier(xs: 1.0, s: 0, l: 0), .range(0...1), "Loss weight of visible voxels (masked voxels: 1)")
  public let inputNoise = Setting(
    "input-noise", .byTier(xs: 0.5, s: 0, l: 0), .atLeastZero,
    "Standard deviation of Gaussian noise added to the network's input, in standard deviations of the volume; the loss is "
      + "taken against the image without noise")
  public let target = Setting(
    "target", .byTier(xs: contrastTarget, s: imageTarget, l: imageTarget), .oneOf([imageTarget, contrastTarget]),
    "What the network predicts: `image`, the intensities; or `contrast`, their area hyperbolic sine and how much structures "
      + "of 2 and of 4 voxels stand out from what is about them")
  public let voxelSize = Setting(
    "voxel-size", .always(storedVoxelSize),
    ValidValues("`stored`, one edge in µm, or the edges along z, y and x such as `4,2,2`") {
      $0 == storedVoxelSize || VoxelSize(text: $0) != nil
    },
    "Voxel size that crops are resampled to, since the volumes of a corpus differ; `stored` for that of each volume")
  public let patches = Setting(
    "patches", .always(uniformPatches), .oneOf([uniformPatches, "contrast"]),
    "How a patch is drawn from those of a volume: `uniform`, or `contrast` for the more often the larger its tail contrast"
  )

  static let imageTarget = "image"
  static let contrastTarget = "contrast"
  static let uniformPatches = "uniform"
  /// Crops have the voxels of their volume.
  public static let storedVoxelSize = "stored"

  /// Settings that earlier versions did not have, with the values that do what these did.
  static let ofEarlierVersions = ["voxel-size": storedVoxelSize, "patches": uniformPatches, "target": imageTarget]
}
