import Files

/// A U-Net of nnU-Net; with the weights, all that is needed to rebuild it. Every importer fills it completely, or refuses
/// the network.
///
/// In JSON the keys and their meaning are those of nnU-Net's plans (`arch_kwargs`), so that those of a plan can be pasted
/// in; see `ArchitectureDescription+Arguments`. Kernels and strides are (z, y, x).
public struct ArchitectureDescription: Hashable, Sendable {
  package enum EncoderKind: String, Sendable, CaseIterable {
    /// `ResidualEncoderUNet`: a stem, then stages of residual blocks.
    case residual
    /// `PlainConvUNet`, nnU-Net's default: stages of convolutions.
    case plain
  }

  package var encoder = EncoderKind.residual
  package var inputChannels: Int
  /// Channels of each stage, finest first.
  package var featuresPerStage: [Int]
  /// Residual blocks of each stage of the encoder; convolutions where it is plain.
  package var blocksPerStage: [Int]
  /// Convolutions of each stage of the decoder, coarsest first; one fewer than there are stages.
  package var convolutionsPerDecoderStage: [Int]
  package var kernels: [[Int]]
  package var strides: [[Int]]
  /// Channels of the output.
  package var classes: Int
  package var convolutionBias: Bool
  /// Whether the loss also includes the outputs of coarser decoder stages.
  package var deepSupervision: Bool
  /// What the rectifiers multiply negative values by; 0 for plain rectifiers.
  package var negativeSlope = Self.usualNegativeSlope
  /// What the norms add to the variance.
  package var normEpsilon = Self.usualNormEpsilon

  package static let usualNegativeSlope = 0.01
  package static let usualNormEpsilon = 1e-5

  /// Kernels of 3³, every stage but the first halving the resolution, one convolution in each decoder stage: as in
  /// nnU-Net's ResEnc presets.
  package init(features: [Int], blocks: [Int], inputChannels: Int = 1, classes: Int, deepSupervision: Bool) {
    self.inputChannels = inputChannels
    featuresPerStage = features
    blocksPerStage = blocks
    convolutionsPerDecoderStage = Array(repeating: 1, count: features.count - 1)
    kernels = Array(repeating: [3, 3, 3], count: features.count)
    strides = [[1, 1, 1]] + Array(repeating: [2, 2, 2], count: features.count - 1)
    self.classes = classes
    convolutionBias = true
    self.deepSupervision = deepSupervision
  }

  package init(_ tier: Tier, inputChannels: Int = 1, classes: Int, deepSupervision: Bool) {
    self.init(
      features: tier.features, blocks: tier.blocks, inputChannels: inputChannels, classes: classes,
      deepSupervision: deepSupervision)
  }

  package var stageCount: Int { featuresPerStage.count }

  /// Every edge (z, y, x) of an input must be a multiple of this, so that encoder and decoder features align.
  package var inputMultiple: [Int] {
    (0..<3).map { axis in strides.reduce(1) { $0 * $1[axis] } }
  }

  /// - Parameter source: where the description is from, for the message.
  /// - Throws: `Fault` of kind `badData` for lists that do not describe a network.
  package func validate(from source: String) throws {
    try validate {
      Fault.badData("the network description in \(source) is malformed: expected \($0); correct the description")
    }
  }

  /// - Parameter fault: makes the error from what was expected and found, such as "strides with 4 entries, found 3".
  /// - Throws: that error, for lists that do not describe a network.
  package func validate(_ fault: (_ expectation: String) -> Fault) throws {
    func require(_ condition: Bool, _ expected: String) throws {
      if !condition { throw fault(expected) }
    }
    try require((2...12).contains(stageCount), "features_per_stage of 2 to 12 stages, found \(stageCount)")
    let blocks = encoder.blocksKey
    for (name, count) in [
      (blocks, blocksPerStage.count), ("kernel_sizes", kernels.count), ("strides", strides.count),
    ] {
      try require(count == stageCount, "\(name) with \(stageCount) entries, found \(count)")
    }
    try require(
      convolutionsPerDecoderStage.count == stageCount - 1,
      "n_conv_per_stage_decoder with \(stageCount - 1) entries, found \(convolutionsPerDecoderStage.count)")
    for channels in featuresPerStage + [inputChannels, classes] {
      try require((1...65536).contains(channels), "channels between 1 and 65536, found \(channels)")
    }
    for (name, counts) in [
      (blocks, blocksPerStage), ("n_conv_per_stage_decoder", convolutionsPerDecoderStage),
    ] {
      for count in counts {
        try require((1...1000).contains(count), "numbers between 1 and 1000 in \(name), found \(count)")
      }
    }
    for kernel in kernels {
      try require(
        kernel.count == 3 && kernel.allSatisfy { (1...31).contains($0) && $0 % 2 == 1 },
        "kernel_sizes of three odd numbers up to 31, found \(kernel)")
    }
    for stride in strides {
      try require(
        stride.count == 3 && stride.allSatisfy { (1...8).contains($0) },
        "strides of three numbers from 1 to 8, found \(stride)")
    }
    try require(strides[0] == [1, 1, 1], "a first stage with strides 1, 1, 1, found \(strides[0])")
    try require(
      (0...1).contains(negativeSlope), "a negative_slope of rectifiers between 0 and 1, found \(negativeSlope)")
    try require(normEpsilon > 0 && normEpsilon < 1, "an eps of norms between 0 and 1, found \(normEpsilon)")
  }
}
