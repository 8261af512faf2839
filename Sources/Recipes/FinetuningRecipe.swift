import Evaluation
import Files

/// The resolved settings of a fine-tuning run: Dice and cross-entropy on annotated crops, with a lower peak learning rate
/// than nnU-Net's and a warm-up because the encoder is pre-trained.
@dynamicMemberLookup
public struct FinetuningRecipe: Sendable, Equatable {
  public var training: TrainingRecipe
  /// The settings of fine-tuning alone.
  public var own: Settings<FinetuningSettings>

  public init(training: TrainingRecipe, own: Settings<FinetuningSettings>) {
    self.training = training
    self.own = own
  }

  public subscript<Value>(dynamicMember setting: KeyPath<FinetuningSettings, Setting<Value>>) -> Value {
    get { own[dynamicMember: setting] }
    set { own[dynamicMember: setting] = newValue }
  }
}

extension FinetuningRecipe: Recipe {
  public static let command = TrainingCommand.finetune

  /// Soft skeletons keep, for each erosion, the maps between its steps and which neighbours these took their values
  /// from, of the prediction with its gradients; those of the annotation are released at once. Measured: 65 bytes.
  public var lossBytesPerVoxel: Int { self.centrelineWeight > 0 ? 70 * (self.centrelineIterations + 1) : 0 }

  /// A run that takes the decoder takes the output layers too where these tell foreground from background already.
  public mutating func suit(_ network: InheritedNetwork) {
    if network.segments && self.transfer == "encoder+decoder" { self.transfer = "all" }
  }

  /// The planes of `hold-back-planes`.
  ///
  /// - Throws: `Fault.usage` when the text is not a list of plane numbers.
  public func planesHeldBack() throws -> [Int] {
    try self.holdBackPlanes.split(separator: ",").map { part in
      guard let plane = Int(part.filter { $0 != " " }), plane >= 0 else {
        throw Fault.usage("the setting hold-back-planes has '\(part)'; expected plane numbers such as 17,77")
      }
      return plane
    }
  }

  public func check() throws {
    try training.check()
    try own.checkEach()
    _ = try LabelMap(parsing: self.labelMap)
    try require(self.fold < self.folds, "fold", self.fold, "0 up to, not including, the number of folds, \(self.folds)")
    try require(
      self.folds == 1 || self.validationFraction == 0, "validation-fraction", self.validationFraction,
      "0 when folds are used")
    _ = try planesHeldBack()
  }
}
