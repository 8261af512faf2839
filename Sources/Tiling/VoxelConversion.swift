import Files
import VolumeFormats
import Voxels

/// What becomes of the voxels of a volume when they are written for other programs.
package struct VoxelConversion: Sendable, Equatable {
  package enum Meaning: Sendable, Equatable {
    /// The values as they are.
    case values
    /// 1 where the value is at least so much, otherwise 0.
    case atLeast(Double)
    /// 1 where the value is not 0, otherwise 0.
    case notZero
    /// Stored probabilities, of which `one` is 1: as they are in integers, from 0 to 1 in floating point.
    case probabilities(one: Double)
  }

  package let meaning: Meaning
  /// Of the voxels in the file.
  package let type: StoredType

  package init(_ meaning: Meaning, as type: StoredType) {
    self.meaning = meaning
    self.type = type
  }

  /// The type of voxels in memory whose bytes are those of the file.
  package var carrier: VoxelType {
    switch type {
    case .uint8, .int8: .uint8
    case .uint16, .float16: .uint16
    case .int16: .int16
    case .uint32, .int32: .uint32
    case .uint64, .int64, .float64: .uint64
    case .float32: .float32
    }
  }

  private var isFloating: Bool { [.float16, .float32, .float64].contains(type) }

  /// Whether nothing changes for voxels of a type.
  package func isIdentity(of voxelType: VoxelType) -> Bool {
    guard type == StoredType(voxelType) else { return false }
    switch meaning {
    case .values: return true
    case .probabilities: return !isFloating
    case .atLeast, .notZero: return false
    }
  }

  /// Converts every voxel of a buffer.
  ///
  /// - Parameter name: of the volume, for messages.
  /// - Throws: `Fault.usage` naming a value that the type cannot hold.
  package func convert(_ voxels: VoxelBuffer, of name: String) throws -> VoxelBuffer {
    if isIdentity(of: voxels.type) { return voxels }
    let result = VoxelBuffer(undefined: carrier, voxels.extent)
    try withVoxelScalar(voxels.type) { scalar in try convert(voxels, scalar, result, name) }
    return result
  }

  private func convert<Scalar: VoxelScalar>(
    _ voxels: VoxelBuffer, _: Scalar.Type, _ result: VoxelBuffer, _ name: String
  ) throws {
    switch type {
    case .uint8: try write(voxels, Scalar.self, result, UInt8.self, name) { UInt8(exactly: $0) }
    case .int8: try write(voxels, Scalar.self, result, Int8.self, name) { Int8(exactly: $0) }
    case .uint16: try write(voxels, Scalar.self, result, UInt16.self, name) { UInt16(exactly: $0) }
    case .int16: try write(voxels, Scalar.self, result, Int16.self, name) { Int16(exactly: $0) }
    case .uint32: try write(voxels, Scalar.self, result, UInt32.self, name) { UInt32(exactly: $0) }
    case .int32: try write(voxels, Scalar.self, result, Int32.self, name) { Int32(exactly: $0) }
    case .uint64: try write(voxels, Scalar.self, result, UInt64.self, name) { UInt64(exactly: $0) }
    case .int64: try write(voxels, Scalar.self, result, Int64.self, name) { Int64(exactly: $0) }
    case .float16: try write(voxels, Scalar.self, result, UInt16.self, name) { Float16($0).bitPattern }
    case .float32: try write(voxels, Scalar.self, result, Float.self, name) { Float($0) }
    case .float64: try write(voxels, Scalar.self, result, UInt64.self, name) { $0.bitPattern }
    }
  }

  private func write<Scalar: VoxelScalar, Stored: BitwiseCopyable>(
    _ voxels: VoxelBuffer, _: Scalar.Type, _ result: VoxelBuffer, _: Stored.Type, _ name: String,
    _ stored: (Double) -> Stored?
  ) throws {
    defer { withExtendedLifetime((voxels, result)) {} }
    let from = voxels.voxels(as: Scalar.self)
    let to = result.bytes.bindMemory(to: Stored.self)
    let isScaled = isFloating
    for index in from.indices {
      let value = number(from[index])
      let wanted: Double =
        switch meaning {
        case .values: value
        case .atLeast(let least): value >= least ? 1 : 0
        case .notZero: value != 0 ? 1 : 0
        case .probabilities(let one): isScaled ? value / one : value
        }
      guard let converted = stored(wanted) else {
        let text = wanted == wanted.rounded() && abs(wanted) < 1e18 ? "\(Int(wanted))" : "\(wanted)"
        throw Fault.usage(
          "\(name) holds \(text), which \(type.rawValue) cannot hold: give --type with a type that can, such as "
            + (wanted == wanted.rounded() && wanted >= 0 ? "uint32" : "float32"))
      }
      to[index] = converted
    }
  }

  @inline(__always)
  private func number<Scalar: VoxelScalar>(_ voxel: Scalar) -> Double {
    // Single precision would lose the digits of large ids.
    if let id = voxel as? UInt32 { return Double(id) }
    if let id = voxel as? UInt64 { return Double(id) }
    return Double(voxel.asFloat)
  }
}
