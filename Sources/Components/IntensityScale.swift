import IntensityStatistics
import Voxels

/// Maps intensities to integers, whose sums are the same in any order.
package struct IntensityScale: Sendable, Equatable {
  /// What 0 stands for.
  package let offset: Double
  /// What a step of 1 stands for.
  package let step: Double

  /// For integers of up to 16 bits, which are summed as they are.
  package static let identity = IntensityScale(offset: 0, step: 1)

  package init(offset: Double, step: Double) {
    self.offset = offset
    self.step = step
  }

  /// For wider types: 2²⁴ steps from the darkest to the brightest voxel of the volume, so that a sum over 10¹¹ voxels
  /// does not overflow. The mean is then exact to a sixteen-millionth of the range.
  package init(lowest: Double, highest: Double) {
    offset = lowest
    step = highest > lowest ? (highest - lowest) / Double(1 << 24) : 1
  }

  /// The sum over the voxels `run` of a row that begins at linear index `start` of `buffer`.
  func sum(_ run: Range<Int>, from start: Int, of buffer: VoxelBuffer) -> Int {
    let range = (start + run.lowerBound)..<(start + run.upperBound)
    defer { withExtendedLifetime(buffer) {} }
    switch buffer.type {
    case .uint8: return sum(range, buffer.voxels(as: UInt8.self)) { Int($0) }
    case .uint16: return sum(range, buffer.voxels(as: UInt16.self)) { Int($0) }
    case .int16: return sum(range, buffer.voxels(as: Int16.self)) { Int($0) }
    case .uint32: return sum(range, buffer.voxels(as: UInt32.self)) { whole(Double($0)) }
    case .uint64: return sum(range, buffer.voxels(as: UInt64.self)) { whole(Double($0)) }
    case .float32: return sum(range, buffer.voxels(as: Float.self)) { whole(Double($0)) }
    }
  }

  @inline(__always)
  private func sum<Scalar>(
    _ range: Range<Int>, _ voxels: UnsafeMutableBufferPointer<Scalar>, _ whole: (Scalar) -> Int
  ) -> Int {
    var sum = 0
    for index in range { sum += whole(voxels[index]) }
    return sum
  }

  @inline(__always)
  private func whole(_ value: Double) -> Int {
    let scaled = ((value - offset) / step).rounded()
    // Not-a-number counts as the darkest voxel.
    return scaled > 0 ? Int(min(scaled, Double(1 << 24))) : 0
  }

  func mean(sum: Int, count: Int) -> Double { Double(sum) / Double(count) * step + offset }
}

extension IntensityScale {
  /// For the voxels of a volume.
  package init(of grid: StatisticsGrid) {
    if grid.type.byteCount <= 2 {
      self = .identity
      return
    }
    let binning = grid.binning
    let bins = grid.histogram.indices.filter { grid.histogram[$0] > 0 && $0 != binning.notANumberBin }
    self.init(lowest: binning.lowest(bins.first ?? 0), highest: binning.highest(bins.last ?? 0))
  }
}
