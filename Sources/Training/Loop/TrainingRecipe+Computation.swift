import Recipes
import Torch

extension TrainingRecipe {
  package var schedule: LearningRateSchedule {
    LearningRateSchedule(
      peak: self.learningRate, warmUpSteps: Int((self.warmUpFraction * Double(self.steps)).rounded()),
      steps: self.steps, power: self.decayPower)
  }

  /// Its name has been checked.
  package var computePrecision: Precision { Precision(rawValue: self.precision) ?? .float32 }
}
