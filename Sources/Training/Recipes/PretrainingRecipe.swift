import Networks

/// The resolved settings of a pre-training run: a masked autoencoder on the residual-encoder U-Net as in nnssl
/// (Wald et al., "Revisiting MAE pre-training for 3D medical image segmentation", CVPR 2025).
package struct PretrainingRecipe: Codable, Sendable, Equatable {
  package var training: TrainingRecipe
  /// Fraction of the blocks of a crop that is hidden.
  package var maskFraction: Double
  /// Edge of a masked block in voxels.
  package var maskBlock: Int
  /// What the error of a voxel that the network sees counts, against 1 for a hidden one.
  package var visibleWeight: Double
  /// Standard deviation of Gaussian noise on what the network sees, in standard deviations of the volume; the error is
  /// taken against the image without it.
  package var inputNoise: Double

  enum CodingKeys: String, CodingKey {
    case maskFraction = "mask-fraction"
    case maskBlock = "mask-block"
    case visibleWeight = "visible-weight"
    case inputNoise = "input-noise"
  }

  package init(
    training: TrainingRecipe, maskFraction: Double, maskBlock: Int, visibleWeight: Double = 0, inputNoise: Double = 0
  ) {
    self.training = training
    self.maskFraction = maskFraction
    self.maskBlock = maskBlock
    self.visibleWeight = visibleWeight
    self.inputNoise = inputNoise
  }

  package init(from decoder: any Decoder) throws {
    training = try TrainingRecipe(from: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    maskFraction = try container.decode(Double.self, forKey: .maskFraction)
    maskBlock = try container.decode(Int.self, forKey: .maskBlock)
    visibleWeight = try container.decode(Double.self, forKey: .visibleWeight)
    inputNoise = try container.decode(Double.self, forKey: .inputNoise)
  }

  package func encode(to encoder: any Encoder) throws {
    try training.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(maskFraction, forKey: .maskFraction)
    try container.encode(maskBlock, forKey: .maskBlock)
    try container.encode(visibleWeight, forKey: .visibleWeight)
    try container.encode(inputNoise, forKey: .inputNoise)
  }
}

extension PretrainingRecipe: Recipe {
  package static let command = "pretrain"

  package var lossBytesPerVoxel: Int { 0 }

  package static func standard(tier: String) -> PretrainingRecipe? {
    switch tier {
    case "XS":
      // Sized for a demonstration on two processor cores: about a minute. Chosen by fine-tuning on few crops: where only
      // hidden voxels counted, the decoder answered nonsense where it saw, and was hardly a better start than chance.
      var recipe = PretrainingRecipe(
        training: .shared(
          tier: tier, crop: 48, batch: 2, steps: 120, learningRate: 1e-2, warmUpFraction: 0.05, momentum: 0.9,
          pictureInterval: 30),
        maskFraction: 0.5, maskBlock: 4, visibleWeight: 1, inputNoise: 0.5)
      recipe.training.adopt(.adamW)
      recipe.training.learningRate = 2e-3
      return recipe
    case "S":
      return PretrainingRecipe(
        training: .shared(tier: tier, crop: 96, batch: 8, steps: 50_000, learningRate: 1e-2), maskFraction: 0.75,
        maskBlock: 16)
    case "L":
      return PretrainingRecipe(
        training: .shared(tier: tier, crop: 160, batch: 8, steps: 250_000, learningRate: 1e-2), maskFraction: 0.75,
        maskBlock: 16)
    default: return nil
    }
  }

  package func check() throws {
    try training.check()
    try require(maskFraction > 0 && maskFraction < 1, "mask-fraction", maskFraction, "a fraction above 0 and below 1")
    try require(
      maskBlock >= 1 && maskBlock * 2 <= training.crop, "mask-block", maskBlock,
      "1 to half the crop, which is \(training.crop)")
    try require(
      visibleWeight >= 0 && visibleWeight <= 1, "visible-weight", visibleWeight, "a number from 0 to 1")
    try require(inputNoise.isFinite && inputNoise >= 0, "input-noise", inputNoise, "a number of at least 0")
  }
}

extension TrainingRecipe {
  /// Takes the rate and the weight decay that go with an optimiser, when it is another than before: AdamW wants a 30th of
  /// the rate of SGD and a stronger decay (3e-4 and 5e-2 for pre-training in nnssl's masked autoencoders with AdamW).
  package mutating func adopt(_ kind: OptimizerKind) {
    guard kind != optimizerKind else { return }
    optimizer = kind.rawValue
    switch kind {
    case .adamW:
      learningRate *= 0.03
      weightDecay = 5e-2
    case .sgd:
      // Of the tiers only some that pre-train come with AdamW.
      learningRate = 1e-2
      weightDecay = 3e-5
    }
  }

  /// What both kinds of training have in common; rates and lengths as nnssl and nnU-Net use them.
  static func shared(
    tier: String, crop: Int, batch: Int, steps: Int, learningRate: Double, warmUpFraction: Double = 0,
    momentum: Double = 0.99, pictureInterval: Int = 500
  ) -> TrainingRecipe {
    guard let size = Tier(rawValue: tier) else { preconditionFailure("unknown tier \(tier)") }
    let lists = StageLists(ArchitectureDescription(size, classes: 1, deepSupervision: false))
    return TrainingRecipe(
      tier: tier, featuresPerStage: lists.features, blocksPerStage: lists.blocks,
      convolutionsPerDecoderStage: lists.decoderConvolutions, kernelSizes: lists.kernels, strides: lists.strides,
      crop: crop, batch: batch, steps: steps, seed: 0, precision: "fp32", learningRate: learningRate,
      warmUpFraction: warmUpFraction, decayPower: 0.9, optimizer: "sgd", momentum: momentum, beta1: 0.9, beta2: 0.98,
      epsilon: 1e-8, weightDecay: 3e-5, ema: 0, clipNorm: 12, samplesPerPass: 1, bucketMegabytes: 25, reduction: "auto",
      checkpointInterval: 250, checksumInterval: 100, pictureInterval: pictureInterval, rotationDegrees: 30,
      scaleLowest: 0.7,
      scaleHighest: 1.4, spatialProbability: 0.2, mirror: true)
  }
}
