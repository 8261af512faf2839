import Networks
import Recipes

extension FinetuningRecipe {
  /// The parts of the pre-trained network that are used; the name has been checked.
  var transferredWeights: WeightSelection {
    switch self.transfer {
    case "encoder+decoder": .encoderAndDecoder
    case "all": .everything
    default: .encoder
    }
  }
}
