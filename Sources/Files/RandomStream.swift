import Foundation

/// Random numbers that depend only on a seed and a name (`SplitMix64`): identical on every machine and in every run.
package struct RandomStream: RandomNumberGenerator, Sendable {
  private var generator: SplitMix64
  /// The Box–Muller transform yields two normal deviates at a time.
  private var spare: Double?

  package init(seed: UInt64, name: String = "") {
    var first = SplitMix64(seed: seed)
    // One step in between, so that similar seeds and names do not give overlapping streams.
    generator = SplitMix64(seed: first.next() ^ fnv1a(name.utf8))
  }

  package mutating func next() -> UInt64 { generator.next() }

  /// Uniform in 0..<1.
  package mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

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
