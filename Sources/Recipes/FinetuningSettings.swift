import Evaluation

/// The settings of fine-tuning alone, as in nnU-Net (Isensee et al., Nature Methods 2021).
///
/// Tier `XS` also takes the pre-trained decoder, because its pre-training reconstructs the whole image and not only what
/// is masked.
package struct FinetuningSettings: SettingsTable {
  package static let table = FinetuningSettings()

  package let transfer = Setting(
    "transfer", .byTier(xs: "encoder+decoder", s: "encoder", l: "encoder"),
    .oneOf(["encoder", "encoder+decoder", "all"]),
    "Parts of the pre-trained network (`--from`) that are used; `all` includes the output layers")
  package let foregroundFraction = Setting(
    "foreground-fraction", .always(0.33), .fraction,
    "Fraction of the samples whose crop is centred on an annotated foreground voxel")
  package let deepSupervision = Setting(
    "deep-supervision", .always(true), .either,
    "Losses at the coarser decoder stages too, with weights halved from stage to stage")
  package let centrelineWeight = Setting(
    "centreline-weight", .always(0.0), .atLeastZero,
    "Weight of the soft-clDice loss, at full resolution, in samples of contiguous structures; 0 for none")
  package let centrelineIterations = Setting(
    "centreline-iterations", .always(5), .range(0...100),
    "Erosions of the soft skeletonisation: at least the largest radius of a structure, in voxels")
  package let noiseProbability = Setting(
    "noise-probability", .always(0.1), .fraction, "Probability of added Gaussian noise")
  package let blurProbability = Setting("blur-probability", .always(0.1), .fraction, "Probability of Gaussian blur")
  package let brightnessProbability = Setting(
    "brightness-probability", .always(0.15), .fraction, "Probability of a change of brightness")
  package let contrastProbability = Setting(
    "contrast-probability", .always(0.15), .fraction, "Probability of a change of contrast")
  package let lowResolutionProbability = Setting(
    "low-resolution-probability", .always(0.125), .fraction, "Probability of simulated low resolution")
  package let gammaProbability = Setting(
    "gamma-probability", .always(0.3), .fraction,
    "Probability of a gamma transform; a third of it also applies to one of the inverted image")
  package let labelMap = Setting(
    "label-map", .always(LabelMap.standard.text), .any("`VALUE=CLASS` separated by commas; CLASS is 0, 1 or `ignore`"),
    "Meaning of the values of label volumes, `*` for all others, such as `2=1,1=0,*=ignore`")
  package let validationFraction = Setting(
    "validation-fraction", .always(0.0), ValidValues("a fraction of at least 0 and below 1") { $0 >= 0 && $0 < 1 },
    "Fraction of the source volumes that is used for validation only")
  package let folds = Setting(
    "folds", .always(1), .atLeast(1), "Number of cross-validation folds, by source volume; 1 for none")
  package let fold = Setting(
    "fold", .always(0), ValidValues("0 up to, not including, `folds`") { $0 >= 0 }, "Fold that is validated on")
  package let holdBackPlanes = Setting(
    "hold-back-planes", .always(""), .any("plane numbers separated by commas, or nothing"),
    "Planes (z) whose annotation is used for validation only, such as `17,77`; for a single volume of which a few planes "
      + "are annotated")
  package let validationInterval = Setting(
    "validation-interval", .byTier(xs: 160, s: 2_500, l: 2_500), .atLeast(1, "step"),
    "Steps between validations, with one more after a tenth of them and one after the last step")
  package let pseudoConfidence = Setting(
    "pseudo-confidence", .always(0.9), ValidValues("a probability above 0.5, at most 1") { $0 > 0.5 && $0 <= 1 },
    "Minimum predicted probability, of foreground or of background, for a voxel to become a pseudo-label")
  package let pseudoFraction = Setting(
    "pseudo-fraction", .always(0.5), .fraction,
    "Fraction of the samples that is cut from pseudo-labelled stores, where there are any")
}
