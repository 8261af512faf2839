import IntensityStatistics
import Voxels

/// Decides which tiles are background without evaluating the network: those in which fewer than `leastVoxels` voxels are
/// at least as bright as `brightness`.
///
/// The brightness is that under which a region is outside (μ₀ + 5σ₀ of the whole volume). The voxels are counted rather
/// than a percentile taken, because a thousandth of a tile of 96³ is 885 voxels, several c-Fos cells; and one bright
/// voxel does not make a tile signal, because a few noise voxels in a million lie beyond five standard deviations, and
/// cameras have hot pixels. A cube of 3³ is the smallest object.
package struct BackgroundRule: Sendable, Equatable {
  package let brightness: Double
  package let leastVoxels: Int

  package static let usualLeastVoxels = 27

  package init(brightness: Double, leastVoxels: Int = usualLeastVoxels) {
    self.brightness = brightness
    self.leastVoxels = leastVoxels
  }

  /// The rule for a volume with these statistics.
  package init(_ statistics: StoreStatistics) {
    self.init(brightness: SignalThresholds().outsideBrightness(statistics.floor))
  }

  /// Whether the box `region` of `buffer` has too few bright voxels. Regions smaller than the smallest object need as
  /// many bright voxels as they have.
  func isBackground(_ regions: [Region], of buffer: VoxelBuffer) -> Bool {
    let needed = min(leastVoxels, regions.reduce(0) { $0 + $1.count })
    var found = 0
    for region in regions {
      found += countBright(region, of: buffer, upTo: needed - found)
      if found >= needed { return false }
    }
    return true
  }

  private func countBright(_ region: Region, of buffer: VoxelBuffer, upTo limit: Int) -> Int {
    switch buffer.type {
    case .uint8: count(region, buffer.voxels(as: UInt8.self), buffer.extent, limit)
    case .uint16: count(region, buffer.voxels(as: UInt16.self), buffer.extent, limit)
    case .int16: count(region, buffer.voxels(as: Int16.self), buffer.extent, limit)
    case .uint32: count(region, buffer.voxels(as: UInt32.self), buffer.extent, limit)
    case .uint64: count(region, buffer.voxels(as: UInt64.self), buffer.extent, limit)
    case .float32:
      countFloats(region, buffer.voxels(as: Float.self), buffer.extent, limit)
    }
  }

  private func count<Scalar: VoxelScalar & FixedWidthInteger>(
    _ region: Region, _ voxels: UnsafeMutableBufferPointer<Scalar>, _ extent: Extent, _ limit: Int
  ) -> Int {
    // The lowest integer that is bright; where the type has none, no voxel is.
    let least = max(brightness.rounded(.up), Double(Scalar.min))
    guard let threshold = Scalar(exactly: least) else { return 0 }
    return rows(region, extent, limit) { voxels[$0] >= threshold }
  }

  private func countFloats(
    _ region: Region, _ voxels: UnsafeMutableBufferPointer<Float>, _ extent: Extent, _ limit: Int
  ) -> Int {
    rows(region, extent, limit) { Double(voxels[$0]) >= brightness }
  }

  @inline(__always)
  private func rows(_ region: Region, _ extent: Extent, _ limit: Int, _ isBright: (Int) -> Bool) -> Int {
    var found = 0
    for z in region.range(0) {
      for y in region.range(1) {
        let start = extent.index(of: Coordinate(z, y, region.origin.x))
        for index in start..<(start + region.extent.x) where isBright(index) { found += 1 }
        if found >= limit { return found }
      }
    }
    return found
  }
}
