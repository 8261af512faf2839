/// The result of a finished run, for people and programs.
public struct TrainingSummary: Codable, Sendable, Equatable {
  package var run: String
  package var steps: Int
  /// The last step's loss; nil when the run was finished before.
  package var loss: Double?
  /// On the data kept from training.
  package var validation: ValidationScores?
  /// Samples per second, and the fractions of the steps' time spent waiting; nil when there were less than two steps.
  package var patchesPerSecond: Double?
  package var dataWaitShare: Double?
  package var communicationWaitShare: Double?

  /// One line: `RUN: 120 steps, loss 0.4321, …`.
  package var text: String {
    var text = "\(run): \(steps) steps"
    if let loss { text += ", loss \(NumberText.decimals(loss))" }
    if let validation { text += ", validation \(validation.text)" }
    if let patchesPerSecond, let dataWaitShare, let communicationWaitShare {
      text += ", \(NumberText.decimals(patchesPerSecond)) patches/s, data wait \(NumberText.percent(dataWaitShare))"
      text += ", communication wait \(NumberText.percent(communicationWaitShare))"
    }
    return text
  }
}
