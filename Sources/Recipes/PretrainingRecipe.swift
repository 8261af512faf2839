/// The resolved settings of a pre-training run: a masked autoencoder on the residual-encoder U-Net.
@dynamicMemberLookup
package struct PretrainingRecipe: Sendable, Equatable {
  package var training: TrainingRecipe
  /// The settings of pre-training alone.
  package var own: Settings<PretrainingSettings>

  package init(training: TrainingRecipe, own: Settings<PretrainingSettings>) {
    self.training = training
    self.own = own
  }

  package subscript<Value>(dynamicMember setting: KeyPath<PretrainingSettings, Setting<Value>>) -> Value {
    get { own[dynamicMember: setting] }
    set { own[dynamicMember: setting] = newValue }
  }
}

extension PretrainingRecipe: Recipe {
  package static let command = TrainingCommand.pretrain

  package var lossBytesPerVoxel: Int { 0 }

  package func check() throws {
    try training.check()
    try own.checkEach()
    try require(
      self.maskBlock * 2 <= training.crop, "mask-block", self.maskBlock, "1 to half the crop, which is \(training.crop)"
    )
  }
}
