import Files
import Voxels

/// The classes of voxels in an evaluation: background, foreground, or ignored.
package struct VoxelClasses: Sendable {
  package static let background: UInt8 = 0
  package static let foreground: UInt8 = 1
  /// Counts nowhere.
  package static let ignored: UInt8 = 255

  package enum Rule: Sendable {
    /// Foreground where the value is at least this one: a probability and its threshold.
    case atLeast(Double)
    /// The class of each label value; nil for a value that must not occur.
    case labels(@Sendable (Int64) -> UInt8?)
  }

  /// Everything that is not 0 is foreground.
  package static let nonzero = VoxelClasses(.labels { $0 == 0 ? background : foreground })

  package let rule: Rule

  package init(_ rule: Rule) { self.rule = rule }

  /// The class of every voxel, C order.
  ///
  /// - Parameter name: the volume, for the error.
  /// - Throws: `Fault.badData` when a value has no class, or a label is not an integer.
  package func classes(of voxels: VoxelBuffer, name: String) throws -> [UInt8] {
    defer { withExtendedLifetime(voxels) {} }
    return switch voxels.type {
    case .uint8: try classes(voxels.voxels(as: UInt8.self), name)
    case .uint16: try classes(voxels.voxels(as: UInt16.self), name)
    case .int16: try classes(voxels.voxels(as: Int16.self), name)
    case .uint32: try classes(voxels.voxels(as: UInt32.self), name)
    case .uint64: try classes(voxels.voxels(as: UInt64.self), name)
    case .float32: try classes(ofFloats: voxels.voxels(as: Float.self), name)
    }
  }

  private func classes<Scalar: VoxelScalar & FixedWidthInteger>(
    _ voxels: UnsafeMutableBufferPointer<Scalar>, _ name: String
  ) throws -> [UInt8] {
    // Neighbours mostly have one value, so the rule is asked once a run.
    var lastValue: Scalar?
    var lastClass: UInt8 = 0
    var result = [UInt8](repeating: 0, count: voxels.count)
    for index in voxels.indices {
      let value = voxels[index]
      if value != lastValue {
        lastValue = value
        lastClass = try voxelClass(of: value, name)
      }
      result[index] = lastClass
    }
    return result
  }

  private func voxelClass<Scalar: FixedWidthInteger>(of value: Scalar, _ name: String) throws -> UInt8 {
    switch rule {
    case .atLeast(let threshold):
      return Double(value) >= threshold ? VoxelClasses.foreground : VoxelClasses.background
    case .labels(let map):
      guard let result = map(Int64(clamping: value)) else {
        throw Fault.badData(
          "\(name) holds the label \(value), which the label map does not name; add \(value)=0, =1 or =ignore to it")
      }
      return result
    }
  }

  /// The whole number that a floating-point voxel stands for.
  ///
  /// - Throws: `Fault.badData` when it is farther than `ValueCensus.tolerance` from one.
  private static func label(_ voxel: Float, _ name: String) throws -> Int64 {
    let whole = voxel.rounded()
    guard abs(Double(voxel) - Double(whole)) <= ValueCensus.tolerance, let value = Int64(exactly: whole) else {
      throw Fault.badData(
        "\(name) holds the value \(voxel), which is not a label: expected whole numbers; round it first, or give the prediction first and the reference second"
      )
    }
    return value
  }

  private func classes(ofFloats voxels: UnsafeMutableBufferPointer<Float>, _ name: String) throws -> [UInt8] {
    var result = [UInt8](repeating: 0, count: voxels.count)
    switch rule {
    case .atLeast(let threshold):
      for index in voxels.indices where Double(voxels[index]) >= threshold { result[index] = VoxelClasses.foreground }
    case .labels:
      for index in voxels.indices {
        result[index] = try voxelClass(of: VoxelClasses.label(voxels[index], name), name)
      }
    }
    return result
  }
}
