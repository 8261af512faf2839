import Files
import Foundation

/// The same numbers on every machine, so that failures repeat: SplitMix64 (Steele, Lea and Flood, "Fast splittable
/// pseudorandom number generators", OOPSLA 2014).
package struct SeededNumbers: RandomNumberGenerator {
  private var stream: RandomStream

  package init(seed: UInt64) { stream = RandomStream(splitMix64: seed) }

  package mutating func next() -> UInt64 { stream.next() }

  /// One number in [0, 1).
  package mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// One number of N(0, 1), by Box and Muller.
  package mutating func normal() -> Double { (-2 * log(1 - uniform())).squareRoot() * cos(2 * .pi * uniform()) }
}
