import Files
import Foundation
import IntensityStatistics
import Phantom
import Report
import Voxels
import Zarr

/// A synthetic organ in memory.
func organ(_ structure: Structure, _ extent: Extent = Extent(64, 160, 160)) throws -> VoxelBuffer {
  try SyntheticOrgan(extent: extent, seed: 5, structure: structure).image(Region(extent))
}

/// A copy whose voxels `change` gives, from the value and (z, y, x).
func changed(_ buffer: VoxelBuffer, _ change: (Double, Int, Int, Int) -> Double) -> VoxelBuffer {
  let result = VoxelBuffer(.uint16, buffer.extent)
  let (source, target) = (buffer.array(of: UInt16.self), result.voxels(as: UInt16.self))
  var index = 0
  for z in 0..<buffer.extent.z {
    for y in 0..<buffer.extent.y {
      for x in 0..<buffer.extent.x {
        target[index] = UInt16(min(max(change(Double(source[index]), z, y, x).rounded(), 0), 65_535))
        index += 1
      }
    }
  }
  return result
}

/// A copy in which the voxel at a place comes from another place, wrapped around at the ends.
func moved(_ buffer: VoxelBuffer, from place: (Int, Int, Int) -> (Int, Int, Int)) -> VoxelBuffer {
  let extent = buffer.extent
  let source = buffer.array(of: UInt16.self)
  func wrapped(_ index: Int, _ count: Int) -> Int { (index % count + count) % count }
  return changed(buffer) { _, z, y, x in
    let (a, b, c) = place(z, y, x)
    return Double(source[(wrapped(a, extent.z) * extent.y + wrapped(b, extent.y)) * extent.x + wrapped(c, extent.x)])
  }
}

/// Writes a finished store with its statistics, as `sheaf tile` leaves one.
@discardableResult
func writeStore(
  _ path: String, _ buffer: VoxelBuffer, content: StoreLayout.Content = .image,
  attributes: [String: JSONValue] = [:], isFinished: Bool = true
) throws -> String {
  let store = try Store.create(
    path,
    StoreLayout(
      name: "test", extent: buffer.extent, voxelType: buffer.type, voxelSizeInMicrometres: VoxelSize(4, 2, 2),
      chunk: Extent(32), shard: Extent(64), content: content, levelCount: 1,
      attributes: attributes))
  let array = store.levels[0]
  var empty = EmptyShards(count: array.shards.count)
  for shard in 0..<array.shards.count {
    let writer = try ShardWriter(array, at: array.shards.position(of: shard))
    try writer.writeChunks(from: buffer, origin: .zero)
    if try writer.publish() { empty.insert(shard) }
  }
  if content == .image {
    let grid = StatisticsGrid(volume: buffer.extent, type: buffer.type, run: 32)
    grid.add(buffer, at: .zero)
    try StoreStatistics.save(grid, store: path)
  }
  if isFinished { try store.finish(emptyShards: [empty]) }
  return path
}

func report(_ paths: String..., threads: Int = 2) throws -> Report {
  try Report(
    of: paths,
    Report.Settings(date: Date(timeIntervalSince1970: 1_800_000_000), programVersion: "test", threads: threads))
}

/// The fault of a report that cannot be.
func refusal(_ paths: String...) -> Fault? {
  do {
    _ = try Report(
      of: paths, Report.Settings(date: Date(timeIntervalSince1970: 0), programVersion: "test", threads: 1))
    return nil
  } catch { return error as? Fault }
}
