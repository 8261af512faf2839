import Networks

/// What a random stream of a training sample is for; two purposes of one sample share no numbers.
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
  ///   - index: the sample's place in the global batch.
  package init(seed: UInt64, step: Int, index: Int, purpose: SamplePurpose) {
    // One after the other, each through the mixing of the one before, so that no two keys meet by addition.
    var key = RandomStream(seed: seed).firstNumber
    for part in [UInt64(bitPattern: Int64(step)), UInt64(bitPattern: Int64(index)), purpose.rawValue] {
      key = RandomStream(seed: key ^ part).firstNumber
    }
    self.init(seed: key)
  }

  private var firstNumber: UInt64 {
    var copy = self
    return copy.next()
  }

  package mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  package mutating func happens(withProbability probability: Double) -> Bool { uniform() < probability }
}
