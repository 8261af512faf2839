import Foundation
import Scratch
import Voxels

/// A buffer filled by a function of the position, rounded and clamped to the type.
func filled(_ type: VoxelType, _ extent: Extent, _ value: (Coordinate) -> Double) -> VoxelBuffer {
  let buffer = VoxelBuffer(type, extent)
  var index = 0
  Region(extent).forEachPosition { position in
    let number = value(position)
    switch type {
    case .uint8: buffer.voxels(as: UInt8.self)[index] = UInt8(min(max(number.rounded(), 0), 255))
    case .uint16: buffer.voxels(as: UInt16.self)[index] = UInt16(min(max(number.rounded(), 0), 65_535))
    case .int16: buffer.voxels(as: Int16.self)[index] = Int16(min(max(number.rounded(), -32_768), 32_767))
    case .uint32: buffer.voxels(as: UInt32.self)[index] = UInt32(min(max(number.rounded(), 0), 4_294_967_295))
    case .uint64: buffer.voxels(as: UInt64.self)[index] = UInt64(min(max(number.rounded(), 0), 0x1p62))
    case .float32: buffer.voxels(as: Float.self)[index] = Float(number)
    }
    index += 1
  }
  return buffer
}
