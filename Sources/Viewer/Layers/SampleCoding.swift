import Voxels

/// How voxels are sent to the page: intensities as 16-bit numbers, value = offset + step · number; labels as their
/// 32-bit ids.
package struct SampleCoding: Sendable, Equatable {
  let offset: Double
  let step: Double

  /// Exact for types of up to 16 bits; others are divided into 65,536 steps between the smallest and the largest value
  /// of `range`.
  init(_ type: VoxelType, range: ClosedRange<Double>) {
    switch type {
    case .uint8, .uint16: (offset, step) = (0, 1)
    case .int16: (offset, step) = (-32768, 1)
    case .uint32, .uint64, .float32:
      offset = range.lowerBound
      step = range.upperBound > range.lowerBound ? (range.upperBound - range.lowerBound) / 65535 : 1
    }
  }

  /// Whether values of the range stay apart.
  func covers(_ range: ClosedRange<Double>) -> Bool {
    range.lowerBound >= offset - step / 2 && range.upperBound <= offset + 65535.5 * step
  }

  func encode(_ value: UInt8) -> UInt16 { UInt16(value) }
  func encode(_ value: UInt16) -> UInt16 { value }
  func encode(_ value: Int16) -> UInt16 { UInt16(truncatingIfNeeded: Int(value) + 32768) }
  func encode(_ value: Double) -> UInt16 {
    // NaN is drawn as the smallest value.
    let number = ((value - offset) / step).rounded()
    return number > 0 ? UInt16(min(number, 65535)) : 0
  }
}
