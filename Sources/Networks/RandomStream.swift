import Foundation

/// Random numbers that depend on a seed and a name alone: the same on every machine, in every run, in any order of
/// asking. SplitMix64 (Steele, Lea and Flood 2014).
package struct RandomStream: RandomNumberGenerator, Sendable {
  private var state: UInt64
  /// Box and Muller's method gives two normal numbers at a time.
  private var spare: Double?

  package init(seed: UInt64, name: String = "") {
    // FNV-1a: Swift's own hashes change from run to run.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    state = seed
    // One step in between, so that close seeds and names do not give overlapping streams.
    state = next() ^ hash
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// Uniform in 0..<1.
  package mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Uniform in 0..<bound, without bias (rejection); fixed here because the standard library does not promise its own
  /// method will stay.
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
