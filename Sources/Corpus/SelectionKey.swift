import Files
import Foundation
import IntensityStatistics
import Voxels

/// The hash behind the retained low-signal patches and the random crops: fixed for all time, since a corpus made
/// tomorrow, or by another number of ranks, must hold the same patches.
///
/// Words are folded into the state one after the other: state ← mix(state xor word + 0x9E3779B97F4A7C15), begun with
/// mix(seed + 0x9E3779B97F4A7C15), where mix is the finaliser of SplitMix64 (Steele, Lea and Flood, *Fast splittable
/// pseudorandom number generators*, 2014). Swift's `Hasher` has another seed in every process and must not be used here.
package struct FixedHash: Sendable {
  package private(set) var value: UInt64

  package init(seed: UInt64) {
    value = SplitMix64.mix(seed &+ SplitMix64.increment)
  }

  package mutating func combine(_ word: UInt64) {
    value = SplitMix64.mix((value ^ word) &+ SplitMix64.increment)
  }

  package mutating func combine(_ number: Int) { combine(UInt64(bitPattern: Int64(number))) }
}

/// Which volume a statistics grid is of: a hash of its extent, type and exact histogram, in that order, the type as the
/// bytes of its name and the histogram as pairs of occupied bin and count.
///
/// The same voxels have the same identity wherever their store lies, whatever it is called, and however it is chunked.
package func volumeIdentity(of grid: StatisticsGrid) -> UInt64 {
  var hash = FixedHash(seed: 0)
  for axis in 0..<3 { hash.combine(grid.volume[axis]) }
  for byte in grid.type.rawValue.utf8 { hash.combine(UInt64(byte)) }
  for (bin, count) in grid.histogram.enumerated() where count > 0 {
    hash.combine(bin)
    hash.combine(count)
  }
  return hash.value
}

/// The key of a patch: per structure the low-signal patches with the smallest keys are kept.
package func selectionKey(seed: UInt64, volume: UInt64, channel: Int, origin: Coordinate) -> UInt64 {
  var hash = FixedHash(seed: seed)
  hash.combine(volume)
  hash.combine(channel)
  for axis in 0..<3 { hash.combine(origin[axis]) }
  return hash.value
}

/// Random numbers that are a function of what they are for.
struct FixedNumbers {
  private var hash: FixedHash

  /// Numbers for sample `index` of step `step`.
  init(seed: UInt64, step: Int, index: Int) {
    hash = FixedHash(seed: seed)
    hash.combine(step)
    hash.combine(index)
  }

  /// Uniform in `0..<bound` (to within bound · 2⁻⁶⁴).
  mutating func next(below bound: Int) -> Int {
    precondition(bound > 0)
    hash.combine(UInt64(0))
    return Int(hash.value.multipliedFullWidth(by: UInt64(bound)).high)
  }
}
