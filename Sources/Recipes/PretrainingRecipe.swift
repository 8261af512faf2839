/// The resolved settings of a pre-training run: a masked autoencoder on the residual-encoder U-Net.
@dynamicMemberLookup
public struct PretrainingRecipe: Sendable, Equatable {
  public var training: TrainingRecipe
  /// The settings of pre-training alone.
  public var own: Settings<PretrainingSettings>

  public init(training: TrainingRecipe, own: Settings<PretrainingSettings>) {
    self.training = training
    self.own = own
  }

  public subscript<Value>(dynamicMember setting: KeyPath<PretrainingSettings, Setting<Value>>) -> Value {
    get { own[dynamicMember: setting] }
    set { own[dynamicMember: setting] = newValue }
  }
}

extension PretrainingRecipe: Recipe {
  public static let command = TrainingCommand.pretrain

  public var lossBytesPerVoxel: Int { 0 }

  public func check() throws {
    try training.check()
    try own.checkEach()
    try require(
      training.crop.edges.allSatisfy { self.maskBlock * 2 <= $0 }, "mask-block", self.maskBlock,
      "1 to half the crop, which is \(training.crop)"
    )
  }
}
