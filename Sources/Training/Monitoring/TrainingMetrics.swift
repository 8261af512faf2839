/// The measurements of one step: a row of `metrics.csv`.
struct TrainingMetrics {
  var loss: Double
  var learningRate: Double
  /// Before clipping.
  var gradientNorm: Double
  var patchesPerSecond: Double
  /// Seconds the slowest rank waited for its samples.
  var dataWait: Double
  /// Seconds that ranks waited for the all-reduce after their backward pass, on average.
  var communicationWait: Double
  var validation: ValidationScores?

  static let columns = [
    "step", "loss", "learning_rate", "gradient_norm", "patches_per_second", "data_wait_seconds",
    "communication_wait_seconds", "validation_dice", "validation_panoptic_quality", "validation_cl_dice",
  ]

  /// In the order of `columns`, without the step.
  var values: [Double?] {
    [
      loss, learningRate, gradientNorm, patchesPerSecond, dataWait, communicationWait, validation?.dice,
      validation?.panopticQuality, validation?.centrelineDice,
    ]
  }
}
