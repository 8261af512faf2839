/// Computes training samples: cuts a crop, augments it and moves it to the device.
package protocol TrainingSampler: Sendable {
  associatedtype Sample: TrainingSample

  /// The sample at position `index` of the global batch of `step`: a pure function of these and the seed, called from
  /// several threads at once.
  func sample(step: Int, index: Int) throws -> Sample
}

/// One training sample.
package protocol TrainingSample: Sendable {
  /// Where it was cut from, for error messages.
  var name: String { get }
}
