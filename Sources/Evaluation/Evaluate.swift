import Files
import Jobs
import MPI

/// What is computed in addition to Dice.
public struct EvaluationSettings: Sendable {
  package var withPanopticQuality = true
  package var withCentrelineDice = true
  /// The minimum IoU of a match.
  package var matchingThreshold = PanopticQuality.usualThreshold
  /// What a rank may use; nil for all that the machine has.
  package var memoryInBytes: Int?
  package var threads = 1
  /// Planes compared at a time; as many as fit in memory and are worth a thread's while when nil. The result does not
  /// depend on it.
  package var planesAtATime: Int?
  /// Whether to stop early is asked for each slab, and while centrelines are found.
  package var stopSignals = StopSignals()
  /// Where progress is shown.
  package var console = Console.silent

  package init() {}
}

public struct EvaluationResult: Sendable, Equatable {
  package let counts: OverlapCounts
  package let panopticQuality: PanopticQuality?
  package let centrelineDice: CentrelineDice?
}

/// Compares a prediction with its reference. Collective; every rank must pass the same volumes, and every rank returns
/// the same Dice, while the rest is complete on rank 0 alone.
///
/// - Throws: as `Comparison.init` and `Comparison.run`.
public func evaluate(
  _ prediction: EvaluatedVolume, _ reference: EvaluatedVolume, _ settings: EvaluationSettings,
  _ communicator: Communicator = .single()
) throws -> EvaluationResult {
  try Comparison(prediction, reference, settings, communicator).run()
}
