import Files
import Foundation
import VolumeFormats
import Voxels

/// A volume whose every voxel tells where it is, within the range of its type.
func patternVolume(_ type: VoxelType, _ extent: Extent) -> VoxelBuffer {
  let buffer = VoxelBuffer(type, extent)
  withVoxelScalar(type) { fill(buffer, $0) }
  return buffer
}

private func fill<Scalar: VoxelScalar>(_ buffer: VoxelBuffer, _ type: Scalar.Type) {
  let voxels = buffer.voxels(as: type)
  for index in voxels.indices {
    let mixed = UInt64(truncatingIfNeeded: index) &* 0x9E37_79B9_7F4A_7C15
    voxels[index] = Scalar(exactly: (mixed >> 40) & 0x7F) ?? 0
    if Scalar.voxelType.byteCount > 1 { voxels[index] = voxels[index] * 200 + (Scalar(exactly: index & 0x7F) ?? 0) }
  }
}

/// A buffer whose memory held something else before, as that of slabs does.
func usedBuffer(_ type: VoxelType, _ extent: Extent) -> VoxelBuffer {
  let buffer = VoxelBuffer(type, extent)
  memset(buffer.bytes.baseAddress!, 0xAB, buffer.byteCount)
  return buffer
}

/// The whole volume, read into memory that held something else before.
func everyVoxel(of source: any VolumeSource) throws -> VoxelBuffer {
  let buffer = usedBuffer(source.description.voxelType, source.description.extent)
  try source.read(Region(source.description.extent), into: buffer, at: .zero)
  return buffer
}

func bytes(of buffer: VoxelBuffer) -> Data { Data(bytes: buffer.bytes.baseAddress!, count: buffer.byteCount) }

/// Writes a volume plane by plane.
func write(_ volume: VoxelBuffer, to path: String, voxelSize: VoxelSize? = nil, isCompressed: Bool = false) throws {
  let writer = try createVolume(
    path, VolumeLayout(extent: volume.extent, voxelType: volume.type, voxelSizeInMicrometres: voxelSize),
    isCompressed: isCompressed)
  for z in 0..<volume.extent.z {
    try writer.append(
      volume.cropped(to: Region(origin: Coordinate(z, 0, 0), extent: Extent(1, volume.extent.y, volume.extent.x))))
  }
  try writer.finish()
}

extension VolumeDescription {
  /// Everything that is said about the volume.
  var remarks: [String] { notes + warnings + [voxelSizeDoubt].compactMap(\.self) }
}
