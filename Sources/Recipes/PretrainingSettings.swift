/// The settings of pre-training alone, as in nnssl (Wald et al., "Revisiting MAE pre-training for 3D medical image
/// segmentation", CVPR 2025).
///
/// Tier `XS` was chosen by fine-tuning on few crops: with loss on masked voxels alone, its decoder reconstructed visible
/// regions badly and was hardly a better start than random weights.
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
}
