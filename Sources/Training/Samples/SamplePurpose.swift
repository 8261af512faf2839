import Files

/// The purpose of a random stream of a training sample; the streams of two purposes of one sample are independent.
package enum SamplePurpose: UInt64, Sendable {
  case position = 1
  case mask = 2
  case spatialAugmentation = 3
  case intensityAugmentation = 4
  case noise = 5
  /// Whether it is cut from annotated or from pseudo-labelled volumes.
  case origin = 6
}

extension RandomStream {
  /// A stream that is a pure function of (seed, step, index, purpose).
  ///
  /// Every choice about a training sample is drawn from such a stream, so that the samples of a step do not depend on
  /// how many ranks or threads share the work, on what came before, or on a restart.
  ///
  /// - Parameters:
  ///   - step: the optimiser step the sample belongs to.
  ///   - index: the sample's position in the global batch.
  package init(seed: UInt64, step: Int, index: Int, purpose: SamplePurpose) {
    self.init(
      seed: seed, numbers: [UInt64(bitPattern: Int64(step)), UInt64(bitPattern: Int64(index)), purpose.rawValue])
  }
}
