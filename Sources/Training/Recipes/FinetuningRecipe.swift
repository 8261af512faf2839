import Evaluation
import Files
import Networks

/// The resolved settings of a fine-tuning run: Dice and cross-entropy on annotated crops as in nnU-Net (Isensee et al.,
/// Nature Methods 2021), with a lower peak rate and a warm-up because the encoder is pre-trained.
package struct FinetuningRecipe: Codable, Sendable, Equatable {
  package var training: TrainingRecipe
  /// Which parts of the pre-trained network are taken: `encoder`, `encoder+decoder`, or `all`, with the output layers.
  package var transfer: String
  /// Fraction of the samples whose crop is centred on an annotated foreground voxel.
  package var foregroundFraction: Double
  /// Losses at the coarser decoder stages too, halved from stage to stage.
  package var deepSupervision: Bool
  /// Weight of the soft-clDice loss, at full resolution, in samples of contiguous structures; 0 for none.
  package var centrelineWeight: Double
  /// Erosions of its soft skeletonisation: at least the largest radius of a structure in voxels.
  package var centrelineIterations: Int
  package var noiseProbability: Double
  package var blurProbability: Double
  package var brightnessProbability: Double
  package var contrastProbability: Double
  package var lowResolutionProbability: Double
  /// Gamma on the negated image, too, happens with a third of it.
  package var gammaProbability: Double
  /// What the values of the label volumes mean; see `LabelMap`.
  package var labelMap: String
  /// Fraction of the source volumes that is kept from training and validated on.
  package var validationFraction: Double
  /// Number of folds by source volume; 1 for none.
  package var folds: Int
  /// Which fold is validated on, from 0.
  package var fold: Int
  /// z-planes, comma-separated, whose annotation is used for validation only; empty for none.
  package var holdBackPlanes: String
  /// Steps between validations; there is one more after a tenth of them, and one after the last step.
  package var validationInterval: Int
  /// The least probability of foreground, or of background, at which a network's opinion becomes a pseudo-label.
  package var pseudoConfidence: Double
  /// Fraction of the samples that is cut from pseudo-labelled stores, where there are any.
  package var pseudoFraction: Double

  enum CodingKeys: String, CodingKey {
    case transfer
    case foregroundFraction = "foreground-fraction"
    case deepSupervision = "deep-supervision"
    case centrelineWeight = "centreline-weight"
    case centrelineIterations = "centreline-iterations"
    case noiseProbability = "noise-probability"
    case blurProbability = "blur-probability"
    case brightnessProbability = "brightness-probability"
    case contrastProbability = "contrast-probability"
    case lowResolutionProbability = "low-resolution-probability"
    case gammaProbability = "gamma-probability"
    case labelMap = "label-map"
    case validationFraction = "validation-fraction"
    case folds, fold
    case holdBackPlanes = "hold-back-planes"
    case validationInterval = "validation-interval"
    case pseudoConfidence = "pseudo-confidence"
    case pseudoFraction = "pseudo-fraction"
  }

  package init(training: TrainingRecipe, validationInterval: Int) {
    self.training = training
    transfer = "encoder"
    foregroundFraction = 0.33
    deepSupervision = true
    centrelineWeight = 0
    centrelineIterations = 5
    noiseProbability = 0.1
    blurProbability = 0.1
    brightnessProbability = 0.15
    contrastProbability = 0.15
    lowResolutionProbability = 0.125
    gammaProbability = 0.3
    labelMap = LabelMap.standard.text
    validationFraction = 0
    folds = 1
    fold = 0
    holdBackPlanes = ""
    self.validationInterval = validationInterval
    pseudoConfidence = 0.9
    pseudoFraction = 0.5
  }

  package init(from decoder: any Decoder) throws {
    training = try TrainingRecipe(from: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    transfer = try container.decode(String.self, forKey: .transfer)
    foregroundFraction = try container.decode(Double.self, forKey: .foregroundFraction)
    deepSupervision = try container.decode(Bool.self, forKey: .deepSupervision)
    centrelineWeight = try container.decode(Double.self, forKey: .centrelineWeight)
    centrelineIterations = try container.decode(Int.self, forKey: .centrelineIterations)
    noiseProbability = try container.decode(Double.self, forKey: .noiseProbability)
    blurProbability = try container.decode(Double.self, forKey: .blurProbability)
    brightnessProbability = try container.decode(Double.self, forKey: .brightnessProbability)
    contrastProbability = try container.decode(Double.self, forKey: .contrastProbability)
    lowResolutionProbability = try container.decode(Double.self, forKey: .lowResolutionProbability)
    gammaProbability = try container.decode(Double.self, forKey: .gammaProbability)
    labelMap = try container.decode(String.self, forKey: .labelMap)
    validationFraction = try container.decode(Double.self, forKey: .validationFraction)
    folds = try container.decode(Int.self, forKey: .folds)
    fold = try container.decode(Int.self, forKey: .fold)
    holdBackPlanes = try container.decode(String.self, forKey: .holdBackPlanes)
    validationInterval = try container.decode(Int.self, forKey: .validationInterval)
    pseudoConfidence = try container.decode(Double.self, forKey: .pseudoConfidence)
    pseudoFraction = try container.decode(Double.self, forKey: .pseudoFraction)
  }

  package func encode(to encoder: any Encoder) throws {
    try training.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(transfer, forKey: .transfer)
    try container.encode(foregroundFraction, forKey: .foregroundFraction)
    try container.encode(deepSupervision, forKey: .deepSupervision)
    try container.encode(centrelineWeight, forKey: .centrelineWeight)
    try container.encode(centrelineIterations, forKey: .centrelineIterations)
    try container.encode(noiseProbability, forKey: .noiseProbability)
    try container.encode(blurProbability, forKey: .blurProbability)
    try container.encode(brightnessProbability, forKey: .brightnessProbability)
    try container.encode(contrastProbability, forKey: .contrastProbability)
    try container.encode(lowResolutionProbability, forKey: .lowResolutionProbability)
    try container.encode(gammaProbability, forKey: .gammaProbability)
    try container.encode(labelMap, forKey: .labelMap)
    try container.encode(validationFraction, forKey: .validationFraction)
    try container.encode(folds, forKey: .folds)
    try container.encode(fold, forKey: .fold)
    try container.encode(holdBackPlanes, forKey: .holdBackPlanes)
    try container.encode(validationInterval, forKey: .validationInterval)
    try container.encode(pseudoConfidence, forKey: .pseudoConfidence)
    try container.encode(pseudoFraction, forKey: .pseudoFraction)
  }
}

extension FinetuningRecipe: Recipe {
  package static let command = "finetune"

  static let transfers: [String: WeightSelection] = [
    "encoder": .encoder, "encoder+decoder": .encoderAndDecoder, "all": .everything,
  ]

  /// Soft skeletons: for each erosion the maps between its steps and which neighbours these took their values from, of
  /// the prediction, with its gradients; the annotation's are given up at once. Measured: 65 bytes.
  package var lossBytesPerVoxel: Int { centrelineWeight > 0 ? 70 * (centrelineIterations + 1) : 0 }

  package static func standard(tier: String) -> FinetuningRecipe? {
    switch tier {
    case "XS":
      // Sized for a demonstration on two processor cores: about a minute and a half. The decoder comes along because this
      // tier's pre-training asks it for an image everywhere, not only where something is hidden.
      var recipe = FinetuningRecipe(
        training: .shared(
          tier: tier, crop: 48, batch: 2, steps: 480, learningRate: 1e-2, warmUpFraction: 0.1, momentum: 0.9,
          pictureInterval: 80),
        validationInterval: 160)
      recipe.transfer = "encoder+decoder"
      return recipe
    case "S":
      return FinetuningRecipe(
        training: .shared(tier: tier, crop: 96, batch: 2, steps: 37_500, learningRate: 1e-3, warmUpFraction: 0.1),
        validationInterval: 2_500)
    case "L":
      return FinetuningRecipe(
        training: .shared(tier: tier, crop: 160, batch: 2, steps: 37_500, learningRate: 1e-3, warmUpFraction: 0.1),
        validationInterval: 2_500)
    default: return nil
    }
  }

  /// The planes of `holdBackPlanes`.
  ///
  /// - Throws: `Fault.usage` when the text is no list of plane numbers.
  package func planesHeldBack() throws -> [Int] {
    try holdBackPlanes.split(separator: ",").map { part in
      guard let plane = Int(part.filter { $0 != " " }), plane >= 0 else {
        throw Fault.usage("the setting hold-back-planes has '\(part)'; expected plane numbers such as 17,77")
      }
      return plane
    }
  }

  package func check() throws {
    try training.check()
    try require(
      FinetuningRecipe.transfers[transfer] != nil, "transfer", transfer, "encoder, encoder+decoder or all")
    try requireProbability(foregroundFraction, "foreground-fraction")
    try require(
      centrelineWeight.isFinite && centrelineWeight >= 0, "centreline-weight", centrelineWeight,
      "a number of at least 0")
    try require(
      (0...100).contains(centrelineIterations), "centreline-iterations", centrelineIterations, "0 to 100")
    try requireProbability(noiseProbability, "noise-probability")
    try requireProbability(blurProbability, "blur-probability")
    try requireProbability(brightnessProbability, "brightness-probability")
    try requireProbability(contrastProbability, "contrast-probability")
    try requireProbability(lowResolutionProbability, "low-resolution-probability")
    try requireProbability(gammaProbability, "gamma-probability")
    _ = try LabelMap(parsing: labelMap)
    try require(
      validationFraction >= 0 && validationFraction < 1, "validation-fraction", validationFraction,
      "a fraction of at least 0 and below 1")
    try require(folds >= 1, "folds", folds, "at least 1")
    try require(fold >= 0 && fold < folds, "fold", fold, "0 up to, not including, the number of folds, \(folds)")
    try require(
      folds == 1 || validationFraction == 0, "validation-fraction", validationFraction, "0 when folds are used")
    _ = try planesHeldBack()
    try require(validationInterval >= 1, "validation-interval", validationInterval, "at least 1 step")
    try require(
      pseudoConfidence > 0.5 && pseudoConfidence <= 1, "pseudo-confidence", pseudoConfidence,
      "a probability above 0.5, at most 1")
    try requireProbability(pseudoFraction, "pseudo-fraction")
  }
}
