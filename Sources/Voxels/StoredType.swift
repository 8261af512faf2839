/// The types voxels have in files. Some have no `VoxelType` and are converted when read.
package enum StoredType: String, Sendable, CaseIterable {
  case uint8, int8, uint16, int16, uint32, int32, uint64, int64, float32, float64, float16

  package var byteCount: Int {
    switch self {
    case .uint8, .int8: 1
    case .uint16, .int16, .float16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64: 8
    }
  }

  /// The type the voxels have in memory when no scaling is asked for. Signed integers of 32 and 64 bits almost always
  /// hold labels, so they are read as labels, and a negative one is refused rather than changed.
  package var voxelType: VoxelType {
    switch self {
    case .uint8: .uint8
    case .int8, .int16: .int16
    case .uint16: .uint16
    case .uint32, .int32: .uint32
    case .uint64, .int64: .uint64
    case .float16, .float32, .float64: .float32
    }
  }

  package init(_ type: VoxelType) {
    switch type {
    case .uint8: self = .uint8
    case .uint16: self = .uint16
    case .int16: self = .int16
    case .uint32: self = .uint32
    case .uint64: self = .uint64
    case .float32: self = .float32
    }
  }

  /// What a user should know about the conversion, or nil when nothing is converted.
  package var note: String? {
    switch self {
    case .int8: "int8 voxels are read as int16"
    case .int32: "int32 voxels are read as uint32; negative values are refused"
    case .int64: "int64 voxels are read as uint64; negative values are refused"
    case .float16: "float16 voxels are read as float32"
    case .float64: "float64 voxels are read as float32, which keeps 24 bits of their precision"
    default: nil
    }
  }
}
