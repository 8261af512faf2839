/// The mixing function of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA
/// 2014), with the constants of Stafford's variant 13. Every random choice and every fixed key of Sheaf comes from it:
/// streams (`RandomStream`), keys (`FixedHash`) and the voxels of phantoms. It will never change.
package enum SplitMix64 {
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
