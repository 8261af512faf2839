import Evaluation

/// The settings of fine-tuning alone, as in nnU-Net (Isensee et al., Nature Methods 2021).
///
/// The pre-trained decoder is taken too, because pre-training reconstructs the whole image and not only what is masked.
public struct FinetuningSettings: SettingsTable {
  public static let table = FinetuningSettings()

  public let transfer = Setting(
    "transfer", .always("encoder+decoder"),
    .oneOf(["encoder", "encoder+decoder", "all"]),
    "Parts of the pre-trained network (`--from`) that are used; `all` includes the output layers")
  public let pretrainedRate = Setting(
    "pretrained-rate", .always(1.0), .range(0...1),
    "Learning rate of the parts that come from `--from`, as a fraction of that of the others")
  public let frozenFraction = Setting(
    "frozen-fraction", .always(0.0), .fraction,
    "Fraction of the steps, from the first, in which the parts that come from `--from` stay as they are")
  public let foregroundFraction = Setting(
    "foreground-fraction", .always(0.33), .fraction,
    "Fraction of the samples whose crop is centred on an annotated foreground voxel")
  public let deepSupervision = Setting(
    "deep-supervision", .always(true), .either,
    "Losses at the coarser decoder stages too, with weights halved from stage to stage")
  public let centrelineWeight = Setting(
    "centreline-weight", .always(0.0), .atLeastZero,
    "Weight of the soft-clDice loss, at full resolution, in samples of contiguous structures; 0 for none")
  public let centrelineIterations = Setting(
    "centreline-iterations", .always(5), .range(0...100),
    "Erosions of the soft skeletonisation: at least the largest radius of a structure, in voxels")
  public let noiseProbability = Setting(
    "noise-probability", .always(0.1), .fraction, "Probability of added Gaussian noise")
  public let blurProbability = Setting("blur-probability", .always(0.1), .fraction, "Probability of Gaussian blur")
  public let brightnessProbability = Setting(
    "brightness-probability", .always(0.15), .fraction, "Probability of a change of brightness")
  public let contrastProbability = Setting(
    "contrast-probability", .always(0.15), .fraction, "Probability of a change of contrast")
  public let lowResolutionProbability = Setting(
    "low-resolution-probability", .always(0.125), .fraction, "Probability of simulated low resolution")
  public let gammaProbability = Setting(
    "gamma-probability", .always(0.3), .fraction,
    "Probability of a gamma transform; a third of it also applies to one of the inverted image")
  public let labelMap = Setting(
    "label-map", .always(LabelMap.standard.text), .any("`VALUE=CLASS` separated by commas; CLASS is 0, 1 or `ignore`"),
    "Meaning of the values of label volumes, `*` for all others, such as `2=1,1=0,*=ignore`")
  public let validationFraction = Setting(
    "validation-fraction", .always(0.0), ValidValues("a fraction of at least 0 and below 1") { $0 >= 0 && $0 < 1 },
    "Fraction of the source volumes that is used for validation only")
  public let folds = Setting(
    "folds", .always(1), .atLeast(1), "Number of cross-validation folds, by source volume; 1 for none")
  public let fold = Setting(
    "fold", .always(0), ValidValues("0 up to, not including, `folds`") { $0 >= 0 }, "Fold that is validated on")
  public let holdBackPlanes = Setting(
    "hold-back-planes", .always(""), .any("plane numbers separated by commas, or nothing"),
    "Planes (z) whose annotation is used for validation only, such as `17,77`; for a single volume of which a few planes "
      + "are annotated")
  public let validationInterval = Setting(
    "validation-interval", .byTier(xs: 160, s: 2_500, l: 2_500), .atLeast(1, "step"),
    "Steps between validations, with one more after a tenth of them and one after the last step")
  public let pseudoConfidence = Setting(
    "pseudo-confidence", .always(0.9), ValidValues("a probability above 0.5, at most 1") { $0 > 0.5 && $0 <= 1 },
    "Minimum predicted probability, of foreground or of background, for a voxel to become a pseudo-label")
  public let pseudoFraction = Setting(
    "pseudo-fraction", .always(0.5), .fraction,
    "Fraction of the samples that is cut from pseudo-labelled stores, where there are any")

  /// As `PretrainingSettings.ofEarlierVersions`, as text.
  static let ofEarlierVersions = ["pretrained-rate": "1e+0", "frozen-fraction": "0e+0"]
}
