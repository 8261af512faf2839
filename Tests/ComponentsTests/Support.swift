import Scratch
import Voxels

/// Noise about 100 with some bright voxels.
func randomIntensities(_ extent: Extent, seed: UInt64) -> VoxelBuffer {
  var random = SeededNumbers(seed: seed)
  let buffer = VoxelBuffer(.uint16, extent)
  let voxels = buffer.voxels(as: UInt16.self)
  for index in voxels.indices {
    let isBright = Int.random(in: 0..<20, using: &random) == 0
    voxels[index] = UInt16.random(in: 90...110, using: &random) + (isBright ? 400 : 0)
  }
  return buffer
}

/// Every extent with edges 1 to `edge`.
func extents(upTo edge: Int) -> [Extent] {
  (1...edge).flatMap { z in (1...edge).flatMap { y in (1...edge).map { x in Extent(z, y, x) } } }
}
