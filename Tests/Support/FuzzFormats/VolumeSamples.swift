import CDeflate
import Files
import Foundation
import Scratch
import VolumeFormats
import Voxels

/// A small volume of rising grey values as a file of Sheaf's own writers; the name tells the format.
func writtenVolume(
  _ name: String, _ type: VoxelType = .uint16, extent: Extent = Extent(3, 4, 5), isCompressed: Bool = false
) throws -> [UInt8] {
  try withTemporaryDirectory { directory in
    try writeVolume(joinPath(directory, name), type, extent, isCompressed)
    return try [UInt8](readWholeFile(joinPath(directory, name)))
  }
}

/// The planes of a directory that Sheaf's own writer makes.
func writtenPlanes(_ type: VoxelType, isCompressed: Bool) throws -> [(path: String, bytes: [UInt8])] {
  try withTemporaryDirectory { directory in
    try writeVolume(directory + "/", type, Extent(3, 4, 5), isCompressed)
    return try directoryEntries(directory).map { ("planes/\($0)", [UInt8](try readWholeFile(joinPath(directory, $0)))) }
  }
}

private func writeVolume(_ path: String, _ type: VoxelType, _ extent: Extent, _ isCompressed: Bool) throws {
  let layout = VolumeLayout(extent: extent, voxelType: type, voxelSizeInMicrometres: VoxelSize(4, 2, 1.5))
  let writer = try createVolume(path, layout, isCompressed: isCompressed)
  let volume = VoxelBuffer(type, extent)
  for index in 0..<volume.byteCount { volume.bytes[index] = UInt8(truncatingIfNeeded: index % 61) }
  try writer.append(volume)
  try writer.finish()
}

/// One gzip member, so that what is mutated is the decompressed bytes.
func gzipped(_ bytes: [UInt8]) -> [UInt8] {
  guard let compressor = libdeflate_alloc_compressor(1) else { preconditionFailure("no memory to compress") }
  defer { libdeflate_free_compressor(compressor) }
  var output = [UInt8](repeating: 0, count: libdeflate_gzip_compress_bound(compressor, bytes.count))
  let count = libdeflate_gzip_compress(compressor, bytes, bytes.count, &output, output.count)
  return Array(output[0..<count])
}

/// Opens a volume in every way it offers and reads what it promises; what is too large to be read whole is read at both
/// ends, where a reader must find the bytes or refuse.
func readVolume(_ path: String) throws {
  let first = try openVolume(path)
  try readVoxels(first)
  let (channels, timePoints) = (first.description.channels, first.description.timePoints)
  guard channels > 0, timePoints > 0 else { throw FuzzFinding("\(channels) channels, \(timePoints) time points") }
  if channels > 1 || timePoints > 1 {
    try readVoxels(openVolume(path, options: VolumeOptions(channel: channels - 1, timePoint: timePoints - 1)))
  }
}

private func readVoxels(_ source: any VolumeSource) throws {
  let extent = source.description.extent
  guard let count = extent.checkedCount, count > 0 else { throw FuzzFinding("a volume of \(extent) was opened") }
  try source.check(part: 0, of: 1)
  if count <= 1 << 20 {
    let whole = try source.read(Region(extent))
    let box = Region(
      from: Coordinate(extent.z / 2, extent.y / 3, extent.x / 2), to: Coordinate(extent.z, extent.y, extent.x))
    let part = try source.read(box)
    let wanted = whole.cropped(to: box)
    guard memcmp(part.bytes.baseAddress!, wanted.bytes.baseAddress!, part.byteCount) == 0 else {
      throw FuzzFinding("\(box) has other voxels when it is read alone")
    }
  } else {
    let box = extent.clamped(to: Extent(2))
    _ = try source.read(Region(origin: .zero, extent: box))
    _ = try source.read(Region(origin: Coordinate(extent.z - box.z, extent.y - box.y, extent.x - box.x), extent: box))
  }
}
