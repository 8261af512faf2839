import Architectures

/// The settings that pre-training and fine-tuning share. Networks, augmentation and the lengths of tiers `S` and `L` are those of
/// nnssl and nnU-Net; the optimiser and its rates are what was better on few crops (`benchmarks/TRANSFER.md`). Tier `XS` is
/// sized for two processor cores: pre-training takes two hours, fine-tuning three minutes.
public struct TrainingSettings: SettingsTable {
  public static let table = TrainingSettings()
  static let fullPrecision = "fp32"

  // The network.

  public let tier = Setting(
    "tier", .ofTier(\.rawValue), .oneOf(Tier.allCases.map(\.rawValue)),
    "Network size, which selects the defaults of the other settings")
  public let featuresPerStage = Setting(
    "features-per-stage", .ofTier { StageLists($0).features }, .any("whole numbers separated by commas"),
    "Channels of each stage, finest first (custom architecture, in nnU-Net plans syntax, like the next four)")
  public let blocksPerStage = Setting(
    "n-blocks-per-stage", .ofTier { StageLists($0).blocks }, .any("whole numbers separated by commas"),
    "Residual blocks of each stage of the encoder, finest first")
  public let convolutionsPerDecoderStage = Setting(
    "n-conv-per-stage-decoder", .ofTier { StageLists($0).decoderConvolutions },
    .any("whole numbers separated by commas"), "Convolutions of each stage of the decoder, coarsest first")
  public let kernelSizes = Setting(
    "kernel-sizes", .ofTier { StageLists($0).kernels }, .any("odd sizes separated by commas, `1x3x3` for (z, y, x)"),
    "Kernel size of each stage")
  public let strides = Setting(
    "strides", .ofTier { StageLists($0).strides }, .any("strides separated by commas, `1x2x2` for (z, y, x)"),
    "Stride at the start of each stage")
  public let network = Setting(
    "network", .always(StageLists.usualNetwork),
    .any("`residual` or `plain`, then any of `conv_bias=false`, `negative_slope=NUMBER`, `eps=NUMBER`"),
    "nnU-Net's `ResidualEncoderUNet` or `PlainConvUNet`, whose `n-blocks-per-stage` are convolutions, and what differs in "
      + "its layers")

  // Samples and steps.

  public let crop = Setting<CropEdges>(
    "crop", .byTier(xs: 48, s: 96, l: 160),
    ValidValues("multiples of the network's total strides, at least twice these and at most 1024 voxels") {
      $0.edges.allSatisfy((1...1024).contains)
    }, "Edge of the training crop in voxels, or its edges along z, y and x, such as 16,64,64")
  public let batch = Setting(
    "batch", .byCommand(pretrain: .byTier(xs: 4, s: 8, l: 8), finetune: .always(2)), .range(1...65_536, "samples"),
    "Global batch size: samples of one optimiser step, over all ranks together")
  public let steps = Setting(
    "steps",
    .byCommand(pretrain: .byTier(xs: 25_000, s: 50_000, l: 250_000), finetune: .byTier(xs: 480, s: 37_500, l: 37_500)),
    .atLeast(1), "Optimiser steps of the whole run")
  public let seed = Setting(
    "seed", .always(UInt64(0)), .any("a whole number of at least 0"),
    "Seed of the initial weights, the samples and all augmentation")
  public let precision = Setting(
    "precision", .always(fullPrecision), .oneOf([fullPrecision, "bf16"]),
    "Compute precision: `fp32`, or `bf16` for bfloat16 autocast with fp32 weights and gradient sums")

  // The optimiser and its schedule.

  public let learningRate = Setting(
    "learning-rate",
    .byCommand(pretrain: .byTier(xs: 2e-3, s: 1e-3, l: 3e-4), finetune: .byTier(xs: 3e-3, s: 1e-3, l: 3e-4)),
    .aboveZero, "Peak learning rate; with `sgd` it defaults to 0.01"
  )
  public let warmUpFraction = Setting(
    "warm-up-fraction", .byCommand(pretrain: .always(0.05), finetune: .always(0.1)), .fraction,
    "Fraction of the steps in which the learning rate rises linearly to its peak")
  public let decayPower = Setting(
    "decay-power", .always(0.9), .atLeastZero, "Exponent of the polynomial decay of the learning rate")
  public let optimizer = Setting(
    "optimizer", .always("adamw"), .oneOf(OptimizerKind.allCases.map(\.rawValue)),
    "`sgd`, with Nesterov momentum, or `adamw`")
  public let momentum = Setting(
    "momentum", .byTier(xs: 0.9, s: 0.99, l: 0.99), .decay, "Nesterov momentum (`sgd`)")
  public let beta1 = Setting("beta-1", .always(0.9), .decay, "Decay of the running mean of gradients (`adamw`)")
  public let beta2 = Setting(
    "beta-2", .always(0.98), .decay, "Decay of the running mean of squared gradients (`adamw`)")
  public let epsilon = Setting(
    "epsilon", .always(1e-8), .aboveZero, "Added to the denominator of the update (`adamw`)")
  public let weightDecay = Setting(
    "weight-decay", .always(5e-2), .atLeastZero,
    "Weight decay: decoupled from the gradients in `adamw`, added to them by `sgd`, where it defaults to 0.00003")
  public let ema = Setting(
    "ema", .always(0.0), .decay,
    "Decay of an exponential moving average of the weights, which becomes the model; 0 for none")
  public let clipNorm = Setting(
    "clip-norm", .always(12.0), .aboveZero, "Gradients with a larger Euclidean norm are scaled down to it")

  // How it is computed; none of these changes the result beyond rounding.

  public let samplesPerPass = Setting(
    "samples-per-pass", .always(1), .atLeast(1), "Samples of a rank that go through the network together")
  public let bucketMegabytes = Setting(
    "bucket-megabytes", .always(25.0), ValidValues("a number above 0, at most 1024") { $0 > 0 && $0 <= 1024 },
    "Size of a gradient bucket, the unit of the all-reduce, in megabytes")
  public let reduction = Setting(
    "reduction", .always("auto"), .oneOf(["auto", "nccl", "mpi"]),
    "How gradients are summed over ranks with GPUs: `nccl`, `mpi`, or `auto` for NCCL where it can be loaded")
  public let checkpointInterval = Setting(
    "checkpoint-interval", .always(250), .atLeast(1, "step"), "Steps between checkpoints")
  public let checksumInterval = Setting(
    "checksum-interval", .always(100), .atLeast(1, "step"), "Steps between comparisons of the weights over all ranks")
  public let pictureInterval = Setting(
    "picture-interval",
    .byCommand(pretrain: .always(500), finetune: .byTier(xs: 80, s: 500, l: 500)),
    .atLeast(0, "steps"), "Steps between previews of a sample and the network's output; 0 for none")

  // Spatial augmentation.

  public let rotationDegrees = Setting(
    "rotation-degrees", .always(30.0), .range(0...180), "Largest rotation about each axis, in degrees")
  public let scaleLowest = Setting("scale-lowest", .always(0.7), .range(0.25...1), "Smallest scale factor")
  public let scaleHighest = Setting("scale-highest", .always(1.4), .range(1...4), "Largest scale factor")
  public let spatialProbability = Setting(
    "spatial-probability", .always(0.2), .fraction, "Probability of rotation and, independently, of scaling")
  public let mirror = Setting("mirror", .always(true), .either, "Mirror each axis in half of the samples")
}
