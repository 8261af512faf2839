import Networks
import Recipes

extension PretrainingRecipe {
  /// What the network predicts.
  package var reconstructionTarget: ReconstructionTarget {
    guard let target = ReconstructionTarget(rawValue: self.target) else {
      preconditionFailure("the setting target is one of those of ReconstructionTarget")
    }
    return target
  }
}
