import Files

/// The stage lists of a residual-encoder U-Net; with the weights, all that is needed to rebuild it.
///
/// In JSON and YAML the keys and their meaning are those of nnU-Net's plans (`arch_kwargs`), so that the lists of a plan can
/// be pasted in. Kernels and strides are (z, y, x).
public struct ArchitectureDescription: Codable, Hashable, Sendable {
  package var inputChannels: Int
  /// Channels of each stage, finest first.
  package var featuresPerStage: [Int]
  /// Residual blocks of each stage of the encoder.
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

  private enum CodingKeys: String, CodingKey {
    case inputChannels = "input_channels"
    case featuresPerStage = "features_per_stage"
    case blocksPerStage = "n_blocks_per_stage"
    case convolutionsPerDecoderStage = "n_conv_per_stage_decoder"
    case kernels = "kernel_sizes"
    case strides
    case classes = "num_classes"
    case convolutionBias = "conv_bias"
    case deepSupervision = "deep_supervision"
  }

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

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    inputChannels = try values.decode(Int.self, forKey: .inputChannels)
    featuresPerStage = try values.decode([Int].self, forKey: .featuresPerStage)
    blocksPerStage = try values.decode([Int].self, forKey: .blocksPerStage)
    convolutionsPerDecoderStage = try values.decode([Int].self, forKey: .convolutionsPerDecoderStage)
    kernels = try values.decode([[Int]].self, forKey: .kernels)
    strides = try values.decode([[Int]].self, forKey: .strides)
    classes = try values.decode(Int.self, forKey: .classes)
    convolutionBias = try values.decodeIfPresent(Bool.self, forKey: .convolutionBias) ?? true
    deepSupervision = try values.decodeIfPresent(Bool.self, forKey: .deepSupervision) ?? false
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
    for (name, count) in [
      ("n_blocks_per_stage", blocksPerStage.count), ("kernel_sizes", kernels.count), ("strides", strides.count),
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
      ("n_blocks_per_stage", blocksPerStage), ("n_conv_per_stage_decoder", convolutionsPerDecoderStage),
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
  }
}
