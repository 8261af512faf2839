import Jobs

/// How fast a run was, and how long it waited.
package struct TrainingSpeed: Sendable, Equatable {
  /// Samples of all ranks a second, in steps; validation, pictures and checkpoints are not counted.
  package var patchesPerSecond: Double
  /// Share of the steps' time in which the slowest rank waited for its samples.
  package var dataWait: Double
  /// Share of the steps' time in which ranks waited for gradients after their backward pass.
  package var communicationWait: Double
}

/// Adds up the time that steps wait, and warns when it is too much.
///
/// The first step is left out: nothing has been prepared for it, and libtorch chooses its algorithms in it. A warning
/// looks back over a window of at least ten steps and 30 seconds, and is not repeated for half an hour of training.
package struct WaitWatch {
  private struct Sum {
    var steps = 0
    var seconds = 0.0
    var dataWait = 0.0
    var communicationWait = 0.0

    mutating func add(_ seconds: Double, _ dataWait: Double, _ communicationWait: Double) {
      steps += 1
      self.seconds += seconds
      self.dataWait += dataWait
      self.communicationWait += communicationWait
    }
  }

  private static let tolerableShare = 0.05
  private static let windowSteps = 10
  private static let windowSeconds = 30.0
  private static let silenceSeconds = 1800.0

  private let batch: Int
  private var hasBegun = false
  private var total = Sum()
  private var window = Sum()
  /// The total's seconds when a warning was last given.
  private var lastDataWarning: Double?
  private var lastCommunicationWarning: Double?

  /// - Parameter batch: samples of a step over all ranks.
  package init(batch: Int) { self.batch = batch }

  /// Nil before the second step.
  package var speed: TrainingSpeed? {
    guard total.seconds > 0 else { return nil }
    return TrainingSpeed(
      patchesPerSecond: Double(total.steps * batch) / total.seconds, dataWait: total.dataWait / total.seconds,
      communicationWait: total.communicationWait / total.seconds)
  }

  /// Records a step: how long it took, and how much of that was waiting, in seconds.
  ///
  /// - Returns: warnings that are due.
  package mutating func add(seconds: Double, dataWait: Double, communicationWait: Double) -> [String] {
    guard hasBegun else {
      hasBegun = true
      return []
    }
    total.add(seconds, dataWait, communicationWait)
    window.add(seconds, dataWait, communicationWait)
    guard window.steps >= WaitWatch.windowSteps, window.seconds >= WaitWatch.windowSeconds else { return [] }
    defer { window = Sum() }
    var warnings: [String] = []
    if isDue(window.dataWait, &lastDataWarning) {
      warnings.append(
        "\(share(window.dataWait)) was spent waiting for samples: give more --threads, use a faster disk, "
          + "or for pre-training create the corpus with --packed")
    }
    if isDue(window.communicationWait, &lastCommunicationWarning) {
      warnings.append(
        "\(share(window.communicationWait)) was spent waiting for the gradients of other ranks: give every rank as many "
          + "processors (mpirun --bind-to none), a batch that the number of ranks divides, or a faster network")
    }
    return warnings
  }

  private func isDue(_ wait: Double, _ last: inout Double?) -> Bool {
    guard wait > WaitWatch.tolerableShare * window.seconds else { return false }
    if let last, total.seconds - last < WaitWatch.silenceSeconds { return false }
    last = total.seconds
    return true
  }

  private func share(_ wait: Double) -> String {
    "\(NumberText.percent(wait / window.seconds)) of the last \(durationText(window.seconds))"
  }
}
