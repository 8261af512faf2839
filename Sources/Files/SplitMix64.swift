/// Random numbers that are identical on every machine and in every run and will never change: SplitMix64 (Steele, Lea
/// and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014), with the constants of Stafford's variant
/// 13.
///
/// The patches of a corpus, training samples and phantoms depend on these numbers.
package struct SplitMix64: RandomNumberGenerator, Sendable {
  @usableFromInline var state: UInt64

  @inlinable package init(seed: UInt64) { state = seed }

  @inlinable package mutating func next() -> UInt64 {
    state &+= SplitMix64.increment
    return SplitMix64.mix(state)
  }

  /// 2⁶⁴ divided by the golden ratio.
  @inlinable package static var increment: UInt64 { 0x9e37_79b9_7f4a_7c15 }

  /// The finaliser: a bijection in which flipping any one input bit flips about half of the output bits.
  @inlinable @inline(__always) package static func mix(_ value: UInt64) -> UInt64 {
    var mixed = value
    mixed = (mixed ^ (mixed &>> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed &>> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed &>> 31)
  }
}
