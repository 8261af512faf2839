import Files
import Networks
import Torch

/// The settings that pre-training and fine-tuning share, resolved: nothing is left to a default.
///
/// Keys in a recipe file are these names with hyphens (`learning-rate`).
package struct TrainingRecipe: Codable, Sendable, Equatable {
  /// Network size: XS, S or L. Where the settings below change the network, what the other defaults are those of.
  package var tier: String
  /// Channels of each stage, finest first; how lists are written is told at `StageLists`.
  package var featuresPerStage: String
  package var blocksPerStage: String
  package var convolutionsPerDecoderStage: String
  package var kernelSizes: String
  package var strides: String
  /// Edge of the cubic crop a sample is cut to, in voxels.
  package var crop: Int
  /// Samples of one optimiser step over all ranks together.
  package var batch: Int
  /// Optimiser steps of the whole run.
  package var steps: Int
  package var seed: UInt64
  /// `fp32`, or `bf16` for bfloat16 autocast with fp32 weights and reduction.
  package var precision: String
  package var learningRate: Double
  /// Share of the steps in which the rate rises to its peak.
  package var warmUpFraction: Double
  /// Exponent of the polynomial decay of the learning rate.
  package var decayPower: Double
  /// `sgd`, with Nesterov momentum, or `adamw`.
  package var optimizer: String
  /// Nesterov momentum of the SGD.
  package var momentum: Double
  /// Decay of AdamW's running mean of gradients.
  package var beta1: Double
  /// Decay of AdamW's running mean of squared gradients.
  package var beta2: Double
  /// What AdamW adds to the denominator.
  package var epsilon: Double
  /// Added to the gradients by SGD; taken off the weights apart from the gradients by AdamW.
  package var weightDecay: Double
  /// Decay of a running average of the weights, which then is the model; 0 for none.
  package var ema: Double
  /// Gradients with a larger Euclidean norm are scaled down to it.
  package var clipNorm: Double
  /// How many samples of a rank go through the network together; the result does not depend on it but for rounding.
  package var samplesPerPass: Int
  /// Size of a gradient bucket, the piece that is all-reduced at once.
  package var bucketMegabytes: Double
  /// How gradients are summed over ranks with graphics cards: `nccl`, `mpi`, or `auto` for NCCL where it can be loaded.
  package var reduction: String
  /// Steps between checkpoints.
  package var checkpointInterval: Int
  /// Steps between comparisons of the parameters over all ranks.
  package var checksumInterval: Int
  /// Steps between pictures of a sample and what the network makes of it; 0 for none.
  package var pictureInterval: Int
  package var rotationDegrees: Double
  package var scaleLowest: Double
  package var scaleHighest: Double
  /// Probability of rotation, and separately of scaling.
  package var spatialProbability: Double
  package var mirror: Bool

  enum CodingKeys: String, CodingKey {
    case tier
    case featuresPerStage = "features-per-stage"
    case blocksPerStage = "n-blocks-per-stage"
    case convolutionsPerDecoderStage = "n-conv-per-stage-decoder"
    case kernelSizes = "kernel-sizes"
    case strides, crop, batch, steps, seed, precision
    case learningRate = "learning-rate"
    case warmUpFraction = "warm-up-fraction"
    case decayPower = "decay-power"
    case optimizer, momentum
    case beta1 = "beta-1"
    case beta2 = "beta-2"
    case epsilon
    case weightDecay = "weight-decay"
    case ema
    case clipNorm = "clip-norm"
    case samplesPerPass = "samples-per-pass"
    case bucketMegabytes = "bucket-megabytes"
    case reduction
    case checkpointInterval = "checkpoint-interval"
    case checksumInterval = "checksum-interval"
    case pictureInterval = "picture-interval"
    case rotationDegrees = "rotation-degrees"
    case scaleLowest = "scale-lowest"
    case scaleHighest = "scale-highest"
    case spatialProbability = "spatial-probability"
    case mirror
  }

  package var schedule: LearningRateSchedule {
    LearningRateSchedule(
      peak: learningRate, warmUpSteps: Int((warmUpFraction * Double(steps)).rounded()), steps: steps, power: decayPower)
  }

  var stageLists: StageLists {
    get {
      StageLists(
        features: featuresPerStage, blocks: blocksPerStage, decoderConvolutions: convolutionsPerDecoderStage,
        kernels: kernelSizes, strides: strides)
    }
    set {
      (featuresPerStage, blocksPerStage) = (newValue.features, newValue.blocks)
      (convolutionsPerDecoderStage, kernelSizes, strides) =
        (newValue.decoderConvolutions, newValue.kernels, newValue.strides)
    }
  }

  /// The network in a few words.
  var networkText: String {
    let isOfTier = stageLists == Tier(rawValue: tier).map { StageLists($0) }
    return isOfTier ? "tier \(tier)" : "stages of \(featuresPerStage) channels, \(blocksPerStage) blocks"
  }

  /// - Throws: `Fault.usage` when the lists do not describe a network.
  package func architecture(deepSupervision: Bool, classes: Int) throws -> ArchitectureDescription {
    try stageLists.architecture(deepSupervision: deepSupervision, classes: classes)
  }

  package var computePrecision: Precision { Precision(rawValue: precision) ?? .float32 }

  /// The optimiser; its name has been checked.
  package var optimizerKind: OptimizerKind { OptimizerKind(rawValue: optimizer) ?? .sgd }

  /// - Throws: `Fault.usage` naming the first setting that cannot be.
  func check() throws {
    let multiples = try architecture(deepSupervision: false, classes: 1).inputMultiple
    let multiple = multiples.max()!
    try require(
      crop >= 2 * multiple && crop <= 1024 && multiples.allSatisfy { crop % $0 == 0 }, "crop", crop,
      "a multiple of \(Set(multiples).sorted().map(String.init).joined(separator: " and of ")) from \(2 * multiple) to 1024 voxels for this network"
    )
    // oneDNN's bfloat16 weight gradients of convolutions over two voxels read memory nobody wrote.
    try require(
      computePrecision == .float32 || crop >= 3 * multiple, "crop", crop,
      "at least \(3 * multiple) voxels for this network with bf16")
    try require(batch >= 1 && batch <= 65_536, "batch", batch, "1 to 65536 samples")
    try require(steps >= 1, "steps", steps, "at least 1")
    try require(Precision(rawValue: precision) != nil, "precision", precision, "fp32 or bf16")
    try require(learningRate.isFinite && learningRate > 0, "learning-rate", learningRate, "a number above 0")
    try requireProbability(warmUpFraction, "warm-up-fraction")
    try require(decayPower.isFinite && decayPower >= 0, "decay-power", decayPower, "a number of at least 0")
    try require(OptimizerKind(rawValue: optimizer) != nil, "optimizer", optimizer, "sgd or adamw")
    for (key, decay) in [("momentum", momentum), ("beta-1", beta1), ("beta-2", beta2), ("ema", ema)] {
      try require(decay >= 0 && decay < 1, key, decay, "0 up to, not including, 1")
    }
    try require(epsilon.isFinite && epsilon > 0, "epsilon", epsilon, "a number above 0")
    try require(weightDecay.isFinite && weightDecay >= 0, "weight-decay", weightDecay, "a number of at least 0")
    try require(clipNorm.isFinite && clipNorm > 0, "clip-norm", clipNorm, "a number above 0")
    try require(samplesPerPass >= 1, "samples-per-pass", samplesPerPass, "at least 1")
    try require(
      bucketMegabytes.isFinite && bucketMegabytes > 0 && bucketMegabytes <= 1024, "bucket-megabytes", bucketMegabytes,
      "a number above 0, at most 1024")
    try require(GradientPath.settings.contains(reduction), "reduction", reduction, "auto, nccl or mpi")
    try require(checkpointInterval >= 1, "checkpoint-interval", checkpointInterval, "at least 1 step")
    try require(checksumInterval >= 1, "checksum-interval", checksumInterval, "at least 1 step")
    try require(pictureInterval >= 0, "picture-interval", pictureInterval, "steps, or 0 for none")
    try require(rotationDegrees >= 0 && rotationDegrees <= 180, "rotation-degrees", rotationDegrees, "0 to 180")
    try require(scaleLowest >= 0.25 && scaleLowest <= 1, "scale-lowest", scaleLowest, "0.25 to 1")
    try require(scaleHighest >= 1 && scaleHighest <= 4, "scale-highest", scaleHighest, "1 to 4")
    try requireProbability(spatialProbability, "spatial-probability")
  }
}

func require(_ condition: Bool, _ key: String, _ found: some Any, _ expected: String) throws {
  if !condition { throw Fault.usage("the setting \(key) is \(found); expected \(expected)") }
}

func requireProbability(_ value: Double, _ key: String) throws {
  try require(value >= 0 && value <= 1, key, value, "a fraction from 0 to 1")
}
