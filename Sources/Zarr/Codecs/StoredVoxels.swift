import Codecs
import Voxels

/// The voxels of a chunk in the type of the array; stored types without an equivalent `VoxelType` are converted.
///
/// - Parameters:
///   - stored: in native byte order.
///   - memory: where converted voxels are written; must not overlap `stored`.
/// - Throws: `CodecError` for a negative number in an array that is read as labels.
func convert(
  _ stored: UnsafeRawBufferPointer, of type: StoredType, into memory: ScratchBuffer
) throws -> UnsafeRawBufferPointer {
  func each<Stored: BitwiseCopyable, Voxel: BitwiseCopyable>(
    _: Stored.Type, _ voxel: (Stored) throws -> Voxel
  ) rethrows -> UnsafeRawBufferPointer {
    let (from, to) = (MemoryLayout<Stored>.size, MemoryLayout<Voxel>.size)
    let count = stored.count / from
    let voxels = memory.reserve(count * to)
    for index in 0..<count {
      let sample = stored.loadUnaligned(fromByteOffset: index * from, as: Stored.self)
      voxels.storeBytes(of: try voxel(sample), toByteOffset: index * to, as: Voxel.self)
    }
    return UnsafeRawBufferPointer(voxels)
  }
  func label<Stored: SignedInteger & FixedWidthInteger, Label: UnsignedInteger>(
    _ value: Stored, _: Label.Type
  ) throws -> Label {
    guard value >= 0 else {
      throw CodecError("it holds \(type.rawValue) voxels, which are read as labels, and one is \(value)")
    }
    return Label(value)
  }
  switch type {
  case .uint8, .uint16, .int16, .uint32, .uint64, .float32: return stored
  case .int8: return each(Int8.self) { Int16($0) }
  case .int32: return try each(Int32.self) { try label($0, UInt32.self) }
  case .int64: return try each(Int64.self) { try label($0, UInt64.self) }
  case .float16: return each(Float16.self) { Float($0) }
  case .float64: return each(Double.self) { Float($0) }
  }
}
