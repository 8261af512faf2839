import Segmentation
import Voxels

/// Finished planes of a block.
package struct PredictedSlab {
  /// Where it lies in the volume; as wide and high as the block.
  package let region: Region
  /// Probabilities in 255ths.
  package let probabilities: VoxelBuffer
  /// 1 where the probability reaches the threshold, C order.
  package let mask: UnsafeBufferPointer<UInt8>
  /// The raw voxels; nil when no mask voxel is set.
  package let intensities: VoxelBuffer?
  /// Whether any probability is not 0.
  package let isEmpty: Bool
}

/// Collects finished planes into slabs.
final class SlabBuilder {
  private let block: Region
  private let depth: Int
  private let leastForeground: UInt8
  private let probabilities: VoxelBuffer
  private let mask: UnsafeMutableBufferPointer<UInt8>
  private let intensities: VoxelBuffer
  private var isEmpty = true
  private var hasForeground = false
  private var planeHasForeground = false
  /// Where the current slab begins.
  private var start: Int

  init(block: Region, depth: Int, threshold: ProbabilityThreshold, type: VoxelType) {
    self.block = block
    self.depth = depth
    leastForeground = threshold.leastStoredValue
    let extent = Extent(depth, block.extent.y, block.extent.x)
    probabilities = VoxelBuffer(.uint8, extent)
    mask = .allocate(capacity: extent.count)
    mask.initialize(repeating: 0)
    intensities = VoxelBuffer(type, extent)
    start = block.origin.z
  }

  deinit { mask.deallocate() }

  func add(plane z: Int, _ values: UnsafeMutableBufferPointer<Float>?) {
    let count = block.extent.y * block.extent.x
    let offset = (z - start) * count
    let quantised = probabilities.voxels(as: UInt8.self)
    planeHasForeground = false
    guard let values else {
      for index in offset..<(offset + count) {
        quantised[index] = 0
        mask[index] = 0
      }
      return
    }
    var foreground: UInt8 = 0
    var any: UInt8 = 0
    for index in 0..<count {
      let byte = ProbabilityThreshold.storedValue(of: values[index])
      let isForeground: UInt8 = byte >= leastForeground ? 1 : 0
      mask[offset + index] = isForeground
      foreground |= isForeground
      quantised[offset + index] = byte
      any |= byte
    }
    planeHasForeground = foreground != 0
    hasForeground = hasForeground || planeHasForeground
    if any != 0 { isEmpty = false }
  }

  /// Copies the raw voxels of plane z, if any of them can belong to an object.
  func addIntensities(_ z: Int, _ copy: (VoxelBuffer, Coordinate) -> Void) {
    if planeHasForeground { copy(intensities, Coordinate(z - start, 0, 0)) }
  }

  /// The slab that ends with plane z, if one does. Its buffers are used again for the next.
  ///
  /// - Parameter read: copies the raw voxels of a slab that has foreground to the beginning of a buffer, where
  ///   `addIntensities` has not been called.
  func finished(
    after z: Int, readingIntensities read: (Region, VoxelBuffer) throws -> Void = { _, _ in }
  ) rethrows -> PredictedSlab? {
    let end = z + 1
    guard end == block.end.z || end % depth == 0 else { return nil }
    let extent = Extent(end - start, block.extent.y, block.extent.x)
    let region = Region(origin: Coordinate(start, block.origin.y, block.origin.x), extent: extent)
    if hasForeground { try read(region, intensities) }
    let slab = PredictedSlab(
      region: region,
      probabilities: probabilities, mask: UnsafeBufferPointer(rebasing: mask[0..<extent.count]),
      intensities: hasForeground ? intensities : nil, isEmpty: isEmpty && !hasForeground)
    start = end
    isEmpty = true
    hasForeground = false
    return slab
  }
}
