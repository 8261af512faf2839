import Components
import Foundation
import Jobs
import Voxels

/// Finds and numbers a million objects of one voxel each, in one block, through files in `directory`.
///
/// - Returns: by how many bytes the process grew at most, and how many objects were numbered, one after the other.
func measureComponents(_ directory: String) throws -> (bytes: Int, objects: Int) {
  let volume = Extent(32, 512, 512)
  let part = Extent(2, 512, 512)
  // A voxel in eight: none touches another.
  var mask = [UInt8](repeating: 0, count: part.count)
  for y in stride(from: 0, to: part.y, by: 2) {
    for x in stride(from: 0, to: part.x, by: 2) { mask[y * part.x + x] = 1 }
  }
  let intensities = VoxelBuffer(.uint16, part)
  let files = BlockFiles(directory: directory)
  let blocks = Lattice(extent: volume, cell: volume)
  let before = residentMemoryInBytes()
  var most = before
  var builder = BlockComponentsBuilder(
    block: Region(volume), volume: volume, connectivity: .corners, scale: .identity, leastVoxels: 1,
    spoolingBeside: files.runsPath(0))
  for z in stride(from: 0, to: volume.z, by: part.z) {
    try mask.withUnsafeBufferPointer {
      _ = try builder.append(
        Region(origin: Coordinate(z, 0, 0), extent: part), mask: $0, intensities: intensities)
    }
    most = max(most, residentMemoryInBytes())
  }
  let components = try builder.finish()
  most = max(most, residentMemoryInBytes())
  try files.write(components, index: 0)
  let surface = try files.readSurface(0, block: Region(volume), volume: volume)
  precondition(surface.open.isEmpty, "nothing touches a face with a neighbour")
  let closed = try files.closedRecords(
    0, block: Region(volume), volume: volume, partCount: surface.partCount, count: components.closedCount,
    bufferInBytes: 1 << 16)
  var last = 0
  let objects = try BlockMerging(blocks, connectivity: .corners, leastVoxels: 1) { _ in surface }.number(
    closed: [closed],
    object: { id, object in
      precondition(id == last + 1, "ids are dense and ascend")
      last = id
      if id % 10_000 == 0 { most = max(most, residentMemoryInBytes()) }
    }, closedID: { _, _, _ in }, openID: { _, _, _ in })
  precondition(objects == last)
  return (most - before, objects)
}
