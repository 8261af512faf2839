import Architectures
import Files

/// The settings that pre-training and fine-tuning share, resolved: nothing is left to a default.
public typealias TrainingRecipe = Settings<TrainingSettings>

extension Settings where Table == TrainingSettings {
  var stageLists: StageLists {
    get {
      StageLists(
        features: self.featuresPerStage, blocks: self.blocksPerStage,
        decoderConvolutions: self.convolutionsPerDecoderStage,
        kernels: self.kernelSizes, strides: self.strides, network: self.network)
    }
    set {
      (self.featuresPerStage, self.blocksPerStage) = (newValue.features, newValue.blocks)
      (self.convolutionsPerDecoderStage, self.kernelSizes, self.strides) =
        (newValue.decoderConvolutions, newValue.kernels, newValue.strides)
      self.network = newValue.network
    }
  }

  /// The network in a few words.
  public var networkText: String {
    let isOfTier = stageLists == Tier(rawValue: self.tier).map { StageLists($0) }
    return isOfTier
      ? "tier \(self.tier)"
      : "stages of \(self.featuresPerStage) channels, \(self.blocksPerStage) "
        + (self.network.hasPrefix(ArchitectureDescription.EncoderKind.plain.rawValue) ? "convolutions" : "blocks")
  }

  /// - Throws: `Fault.usage` when the lists do not describe a network.
  public func architecture(deepSupervision: Bool, classes: Int) throws -> ArchitectureDescription {
    try stageLists.architecture(deepSupervision: deepSupervision, classes: classes)
  }

  /// The optimiser; its name has been checked.
  public var optimizerKind: OptimizerKind { OptimizerKind(rawValue: self.optimizer) ?? .sgd }

  /// Switches to another optimiser than the usual one, AdamW, with the learning rate and weight decay that suit it: those that
  /// nnssl and nnU-Net train with. Nothing changes where the optimiser is this one already.
  public mutating func adopt(_ kind: OptimizerKind) {
    guard kind != optimizerKind else { return }
    self.optimizer = kind.rawValue
    self.learningRate = 1e-2
    self.weightDecay = 3e-5
  }

  /// - Throws: `Fault.usage` naming the first setting that is not valid.
  func check() throws {
    let multiples = try architecture(deepSupervision: false, classes: 1).inputMultiple
    let crop = self.crop.edges
    let edges = Set(multiples).count == 1 && self.crop.isCube ? "a multiple" : "multiples"
    try require(
      zip(crop, multiples).allSatisfy { $0 >= 2 * $1 && $0 <= 1024 && $0 % $1 == 0 }, "crop", self.crop,
      "\(edges) of \(perAxis(multiples)) from \(perAxis(multiples.map { 2 * $0 })) to 1024 voxels for this network, whose "
        + "strides decide")
    try checkEach()
  }
}

/// One number where the axes have the same, else `1, 4, 4 (z, y, x)`.
private func perAxis(_ numbers: [Int]) -> String {
  Set(numbers).count == 1 ? "\(numbers[0])" : numbers.map(String.init).joined(separator: ", ") + " (z, y, x)"
}
