import Files
import IntensityStatistics
import Voxels

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
