/// A hash of numbers that is fixed for all time: a corpus made tomorrow, or by another number of ranks, must hold the
/// same patches and give the same crops.
///
/// Words are folded into the state one after the other: state ← mix(state xor word + 0x9E3779B97F4A7C15), begun with
/// mix(seed + 0x9E3779B97F4A7C15), where mix is the finaliser of `SplitMix64`. Swift's `Hasher` has another seed in every
/// process and must not be used for anything that reaches a disk.
package struct FixedHash: Sendable {
  @usableFromInline var state: UInt64

  @inlinable package var value: UInt64 { state }

  @inlinable package init(seed: UInt64) {
    state = SplitMix64.mix(seed &+ SplitMix64.increment)
  }

  @inlinable package mutating func combine(_ word: UInt64) {
    state = SplitMix64.mix((state ^ word) &+ SplitMix64.increment)
  }

  @inlinable package mutating func combine(_ number: Int) { combine(UInt64(bitPattern: Int64(number))) }
}
