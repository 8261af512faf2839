import Foundation

/// A random stream that is a pure function of (seed, step, index, purpose).
///
/// Every choice about a training sample is drawn from its own stream, so that the samples of a step do not depend on
/// how many ranks or threads share the work, on what came before, or on a restart. The generator is SplitMix64 (Steele,
/// Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014); its state is the key, mixed once for
/// each part. Swift's `Hasher` would not do: it is seeded anew in every process.
package struct SampleRandom: RandomNumberGenerator, Sendable {
  /// What a stream is for; two purposes of one sample share no numbers.
  package enum Purpose: UInt64, Sendable {
    case position = 1
    case mask = 2
    case spatialAugmentation = 3
    case intensityAugmentation = 4
    case noise = 5
    case fold = 6
  }

  private var state: UInt64

  /// - Parameters:
  ///   - step: the optimiser step the sample belongs to.
  ///   - index: the sample's place in the global batch.
  package init(seed: UInt64, step: Int, index: Int, purpose: Purpose) {
    var key = SampleRandom.mixed(seed &+ 0x9E37_79B9_7F4A_7C15)
    key = SampleRandom.mixed(key ^ UInt64(bitPattern: Int64(step)))
    key = SampleRandom.mixed((key &+ 0x9E37_79B9_7F4A_7C15) ^ UInt64(bitPattern: Int64(index)))
    state = SampleRandom.mixed(key ^ (purpose.rawValue &* 0xD6E8_FEB8_6659_FD93))
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return SampleRandom.mixed(state)
  }

  /// The finaliser of SplitMix64: a bijection of 64 bits.
  package static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Uniform in [0, 1), a multiple of 2⁻⁵³.
  package mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  package mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// Uniform in 0..<count by Lemire's multiplication; the bias is below count / 2⁶⁴.
  ///
  /// - Precondition: `count > 0`.
  package mutating func below(_ count: Int) -> Int {
    precondition(count > 0, "a random choice needs at least one possibility")
    return Int(next().multipliedFullWidth(by: UInt64(count)).high)
  }

  package mutating func happens(withProbability probability: Double) -> Bool {
    uniform() < probability
  }

  /// Two independent standard normal numbers (Box and Muller 1958).
  package mutating func normalPair() -> (Float, Float) {
    // 1 − u lies in (0, 1], so that the logarithm is finite.
    let radius = (-2 * log(1 - uniform())).squareRoot()
    let angle = 2 * .pi * uniform()
    return (Float(radius * cos(angle)), Float(radius * sin(angle)))
  }
}
