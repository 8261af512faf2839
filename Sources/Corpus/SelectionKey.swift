import Files
import Voxels

/// The key of a patch: per structure the low-signal patches with the smallest keys are kept.
package func selectionKey(seed: UInt64, volume: UInt64, channel: Int, origin: Coordinate) -> UInt64 {
  var hash = FixedHash(seed: seed)
  hash.combine(volume)
  hash.combine(channel)
  for axis in 0..<3 { hash.combine(origin[axis]) }
  return hash.value
}
