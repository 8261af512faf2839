import Files
import Foundation
import IntensityStatistics
import Scratch
import Voxels
import Zarr

/// An organ in miniature: dark surround in the first third along x, tissue behind it, one bright ball every 40 voxels
/// in the last third.
func phantomVoxels(_ extent: Extent, seed: UInt64) -> VoxelBuffer {
  var numbers = SeededNumbers(seed: seed)
  let buffer = VoxelBuffer(.uint16, extent)
  let voxels = buffer.voxels(as: UInt16.self)
  var index = 0
  Region(extent).forEachPosition { position in
    var value = 100 + 5 * numbers.normal()
    if position.x >= extent.x / 3 {
      value = 400 + 20 * numbers.normal()
      let offsets = [position.z % 40 - 20, position.y % 40 - 20, position.x % 40 - 20]
      if position.x >= 2 * extent.x / 3, offsets.reduce(0, { $0 + $1 * $1 }) <= 16 { value += 800 }
    }
    voxels[index] = UInt16(max(0, min(65_535, value.rounded())))
    index += 1
  }
  return buffer
}

/// Writes a finished store with its statistics, as `sheaf tile` leaves one.
func writeStore(
  _ path: String, _ buffer: VoxelBuffer, structure: String? = nil, category: String? = nil, isFinished: Bool = true
) throws {
  var attributes: [String: JSONValue] = [:]
  if let structure { attributes["structure"] = .string(structure) }
  if let category { attributes["category"] = .string(category) }
  let store = try Store.create(
    path,
    StoreLayout(
      name: "test", extent: buffer.extent, voxelType: buffer.type,
      voxelSizeInMicrometres: VoxelSize(4, 2, 2), chunk: Extent(16), shard: Extent(32), levelCount: 1,
      attributes: attributes))
  let array = store.levels[0]
  var empty = EmptyShards(count: array.shards.count)
  for shard in 0..<array.shards.count {
    let writer = try ShardWriter(array, at: array.shards.position(of: shard))
    try writer.writeChunks(from: buffer, origin: .zero)
    if try writer.publish() { empty.insert(shard) }
  }
  let grid = StatisticsGrid(volume: buffer.extent, type: buffer.type, run: 16)
  grid.add(buffer, at: .zero)
  try StoreStatistics.save(grid, store: path)
  if isFinished { try store.finish(emptyShards: [empty]) }
}

/// Every file below `directory` but journals, with its bytes.
func files(_ directory: String) throws -> [String: Data] {
  var found: [String: Data] = [:]
  guard let paths = FileManager.default.enumerator(atPath: directory) else { return [:] }
  for case let path as String in paths where !isDirectory(joinPath(directory, path)) && !path.hasSuffix(".journal") {
    found[path] = try readWholeFile(joinPath(directory, path))
  }
  return found
}
