import Foundation

/// Sheaf's generator of random numbers: a stream that is a function of its key alone, identical on every machine and in
/// every run. Weights, masks, augmentation, crops and splits are drawn from it, so its numbers will never change.
///
/// Number *n* of a stream is mix(state + *n* · increment), which is SplitMix64. In *chained* streams a number is instead
/// the state of the next one: number *n* is mix(number *n*−1 + increment). Corpora have drawn the positions of crops from
/// chained streams since the first version, and the samples of a run may not depend on the version that resumes it; new
/// uses take the other kind.
package struct RandomStream: RandomNumberGenerator, Sendable {
  private var state: UInt64
  private let isChained: Bool
  /// The Box–Muller transform yields two normal deviates at a time.
  private var spare: Double?

  private init(state: UInt64, isChained: Bool) {
    self.state = state
    self.isChained = isChained
  }

  /// A stream keyed by a seed and the name of its purpose.
  package init(seed: UInt64, name: String = "") {
    // Hashed in between, so that similar seeds and names do not give overlapping streams.
    self.init(state: FixedHash(seed: seed).value ^ fnv1a(name.utf8), isChained: false)
  }

  /// A stream keyed by a seed and numbers, mixed in one after the other so that different keys do not collide by
  /// addition.
  package init(seed: UInt64, numbers: [UInt64]) {
    var key = RandomStream(seed: seed).firstNumber
    for number in numbers { key = RandomStream(seed: key ^ number).firstNumber }
    self.init(seed: key)
  }

  /// A chained stream.
  package init(chainedFrom key: FixedHash) { self.init(state: key.value, isChained: true) }

  /// SplitMix64 as published, which other programs have too.
  package init(splitMix64 seed: UInt64) { self.init(state: seed, isChained: false) }

  private var firstNumber: UInt64 {
    var copy = self
    return copy.next()
  }

  package mutating func next() -> UInt64 {
    state &+= SplitMix64.increment
    let number = SplitMix64.mix(state)
    if isChained { state = number }
    return number
  }

  /// Uniform in 0..<1.
  package mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  package mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  package mutating func happens(withProbability probability: Double) -> Bool { uniform() < probability }

  /// Uniform in 0..<bound, without bias (rejection sampling). The standard library does not guarantee that its method
  /// stays the same.
  package mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0)
    let limit = UInt64.max - UInt64.max % UInt64(bound)
    while true {
      let value = next()
      if value < limit { return Int(value % UInt64(bound)) }
    }
  }

  /// Uniform in 0..<bound to within bound · 2⁻⁶⁴, from exactly one number of the stream: how the positions of crops are
  /// drawn.
  package mutating func scaled(below bound: Int) -> Int {
    precondition(bound > 0)
    return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// Normal with mean 0 and standard deviation 1.
  package mutating func normal() -> Double {
    if let value = spare {
      spare = nil
      return value
    }
    let radius = (-2 * log(1 - uniform())).squareRoot()
    let angle = 2 * Double.pi * uniform()
    spare = radius * sin(angle)
    return radius * cos(angle)
  }
}
