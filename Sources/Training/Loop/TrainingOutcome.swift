/// How far a run came.
package struct TrainingOutcome: Sendable, Equatable {
  package var steps: Int
  /// The loss of the last step; nil when there was none to do.
  package var loss: Double?
  /// The last validation.
  package var validation: ValidationScores?
  /// Of the steps since the program was started; nil for less than two.
  package var speed: TrainingSpeed?
}
