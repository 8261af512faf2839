import Jobs
import Torch

/// How a trainer runs, apart from what the recipe says: nothing here changes what is learned.
package struct TrainerSettings: Sendable {
  package var device: Device
  package var precision: Precision
  /// Threads that make samples.
  package var sampleThreads: Int
  package var stopSignals: StopSignals
  /// Takes a warning, on rank 0.
  package var warn: @Sendable (String) -> Void
  /// Draws a picture of a sample; nil for no pictures.
  package var drawPicture: (@Sendable (SamplePicture) throws -> DrawnPicture)?
  /// How gradients are summed over the ranks.
  package var gradientPath = GradientPath.direct
  /// Makes what shows the progress from a first step to a last.
  package var makeProgress: @Sendable (_ first: Int, _ last: Int) -> TrainingProgress

  package init(
    device: Device = .cpu, precision: Precision = .float32, sampleThreads: Int = 1,
    stopSignals: StopSignals = StopSignals(), warn: @escaping @Sendable (String) -> Void = { _ in },
    makeProgress: @escaping @Sendable (Int, Int) -> TrainingProgress = { _, _ in TrainingProgress() }
  ) {
    self.device = device
    self.precision = precision
    self.sampleThreads = sampleThreads
    self.stopSignals = stopSignals
    self.warn = warn
    self.makeProgress = makeProgress
  }
}

/// How far a run came.
package struct TrainingOutcome: Sendable, Equatable {
  package var steps: Int
  /// The loss of the last step; nil when there was none to do.
  package var loss: Double?
  /// The last validation.
  package var validation: ValidationScores?
  /// Of what was trained since the program was started; nil for less than two steps.
  package var speed: TrainingSpeed?
}

/// One row of `metrics.csv`.
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

  var values: [Double?] {
    [
      loss, learningRate, gradientNorm, patchesPerSecond, dataWait, communicationWait, validation?.dice,
      validation?.panopticQuality, validation?.centrelineDice,
    ]
  }
}
