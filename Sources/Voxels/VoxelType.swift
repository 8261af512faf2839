/// The types a voxel may have; the raw value is the name Zarr v3 uses.
public enum VoxelType: String, Sendable, Codable, CaseIterable {
  case uint8, uint16, int16, uint32, uint64, float32

  public var byteCount: Int {
    switch self {
    case .uint8: 1
    case .uint16, .int16: 2
    case .uint32, .float32: 4
    case .uint64: 8
    }
  }

  /// Label volumes hold integers without a sign.
  public var isUnsignedInteger: Bool {
    switch self {
    case .uint8, .uint16, .uint32, .uint64: true
    case .int16, .float32: false
    }
  }
}

/// A Swift type that voxels may have.
public protocol VoxelScalar: Numeric, Comparable, BitwiseCopyable, Sendable {
  static var voxelType: VoxelType { get }
  var asFloat: Float { get }
}

extension UInt8: VoxelScalar {
  public static var voxelType: VoxelType { .uint8 }
  @inlinable public var asFloat: Float { Float(self) }
}
extension UInt16: VoxelScalar {
  public static var voxelType: VoxelType { .uint16 }
  @inlinable public var asFloat: Float { Float(self) }
}
extension Int16: VoxelScalar {
  public static var voxelType: VoxelType { .int16 }
  @inlinable public var asFloat: Float { Float(self) }
}
extension UInt32: VoxelScalar {
  public static var voxelType: VoxelType { .uint32 }
  @inlinable public var asFloat: Float { Float(self) }
}
extension UInt64: VoxelScalar {
  public static var voxelType: VoxelType { .uint64 }
  @inlinable public var asFloat: Float { Float(self) }
}
extension Float: VoxelScalar {
  public static var voxelType: VoxelType { .float32 }
  @inlinable public var asFloat: Float { self }
}

/// Calls a generic body with the Swift type of `type`.
///
/// The compiler makes a loop for each type of its own where the body is one call of a generic function of the caller's
/// module; loops written into the body itself stay generic and are much slower.
@inlinable
public func withVoxelScalar<Result>(
  _ type: VoxelType, _ body: (any VoxelScalar.Type) throws -> Result
) rethrows -> Result {
  switch type {
  case .uint8: try body(UInt8.self)
  case .uint16: try body(UInt16.self)
  case .int16: try body(Int16.self)
  case .uint32: try body(UInt32.self)
  case .uint64: try body(UInt64.self)
  case .float32: try body(Float.self)
  }
}
