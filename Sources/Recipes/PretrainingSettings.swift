import Voxels

/// The settings of pre-training alone.
///
/// A masked autoencoder as in nnssl (Wald et al., "Revisiting MAE pre-training for 3D medical image segmentation", CVPR 2025),
/// from which the recipe departs where fine-tuning on few crops of light-sheet volumes was better for it
/// (`benchmarks/TRANSFER.md`). With loss on masked voxels alone, the decoder of tier `XS` reconstructed visible regions badly
/// and was hardly a better start than random weights; weights that had predicted intensities for 18,000 crops broke in three
/// of five fine-tunings at the usual learning rate, those that had predicted contrast in none. Tier `S` was tried with both
/// recipes; `L` has that of `S` with the rate that nnssl gives AdamW.
public struct PretrainingSettings: SettingsTable {
  public static let table = PretrainingSettings()

  public let maskFraction = Setting(
    "mask-fraction", .always(0.5),
    ValidValues("a fraction above 0 and below 1") { $0 > 0 && $0 < 1 },
    "Fraction of the blocks of a crop that is masked")
  public let maskBlock = Setting(
    "mask-block", .always(4), ValidValues("1 to half the crop") { $0 >= 1 },
    "Edge of a masked block, in voxels")
  public let visibleWeight = Setting(
    "visible-weight", .always(1.0), .range(0...1), "Loss weight of visible voxels (masked voxels: 1)")
  public let inputNoise = Setting(
    "input-noise", .always(0.5), .atLeastZero,
    "Standard deviation of Gaussian noise added to the network's input, in standard deviations of the volume; the loss is "
      + "taken against the image without noise")
  public let target = Setting(
    "target", .always(contrastTarget), .oneOf([imageTarget, contrastTarget]),
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
