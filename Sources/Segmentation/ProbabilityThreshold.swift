/// Which voxels of a probability store are foreground. A store holds whole numbers 0 to 255 for probabilities 0 to 1.
///
/// The threshold applies to the stored values, so that labels can be made from a store exactly as they were made while
/// it was predicted: a voxel is foreground when its stored value / 255 is at least the threshold. For thresholds of 0.5
/// and other odd tenths this is the same as comparing the probability before rounding, because the borders between
/// stored values lie at odd multiples of 1/510; for others it differs by less than 1/510.
package struct ProbabilityThreshold: Sendable, Equatable {
  package let probability: Float
  /// The lowest stored value that is foreground, 1 to 255.
  package let leastStoredValue: UInt8

  /// - Precondition: 0 < `probability` ≤ 1.
  package init(_ probability: Float) {
    precondition(probability > 0 && probability <= 1, "\(probability) is not a threshold")
    self.probability = probability
    leastStoredValue = (1...UInt8.max).first { Float($0) / 255 >= probability }!
  }

  /// The value that is stored for a probability, rounded to the nearest 255th, halves upwards.
  ///
  /// Rounding may carry a sum of blending weights a little beyond 1. Not-a-number, which no network should give, becomes
  /// 0.
  @inline(__always)
  package static func storedValue(of probability: Float) -> UInt8 {
    let scaled = min(max(probability * 255, 0), 255).rounded()
    return scaled.isNaN ? 0 : UInt8(scaled)
  }
}
