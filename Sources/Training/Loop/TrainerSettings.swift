import Jobs
import Recipes
import Torch

/// How a trainer runs, apart from what the recipe says: nothing here changes what is learned.
package struct TrainerSettings: Sendable {
  package var device: Device
  package var precision: Precision
  /// Threads that compute samples.
  package var sampleThreads: Int
  package var stopSignals: StopSignals
  /// Receives warnings, on rank 0.
  package var warn: @Sendable (String) -> Void
  /// Where progress is shown.
  package var console: Console
  /// The command that progress is labelled with.
  package var command: TrainingCommand
  /// How gradients are summed over the ranks.
  package var gradientPath = GradientPath.direct
  /// Called on every rank after each step with the number of steps done.
  package var stepDone: @Sendable (_ stepsDone: Int) -> Void = { _ in }

  package init(
    device: Device = .cpu, precision: Precision = .float32, sampleThreads: Int = 1,
    stopSignals: StopSignals = StopSignals(), warn: @escaping @Sendable (String) -> Void = { _ in },
    console: Console = .silent, command: TrainingCommand = .pretrain
  ) {
    self.device = device
    self.precision = precision
    self.sampleThreads = sampleThreads
    self.stopSignals = stopSignals
    self.warn = warn
    self.console = console
    self.command = command
  }
}
