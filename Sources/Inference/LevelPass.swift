import Files
import Foundation
import Jobs
import MPI
import Threads
import Voxels
import Zarr

/// Makes the coarser levels of a finished level 0, one job a level, a shard a unit.
///
/// The levels of an image of probabilities or labels compress so well that reading the level before from disk costs
/// little beside predicting it.
struct LevelPass {
  let store: Store
  let content: StoreLayout.Content
  /// Names the jobs, as in `infer-level-1`.
  let name: String
  let directory: String
  let identity: String
  let communicator: Communicator
  let settings: JobSettings
  /// What the program takes already.
  let baseInBytes: Int

  /// - Returns: the shards without a file of each level from 1 on, on rank 0.
  func run() throws -> [EmptyShards] {
    try (1..<max(1, store.levels.count)).map { level in
      let source = store.levels[level - 1]
      let target = store.levels[level]
      let shardBytes = target.shards.cell.count * target.voxelType.byteCount
      let plan = JobPlan(
        command: "infer", name: "\(name)-\(level)", unitCount: target.shards.count, unitName: "shards",
        bytesRead: source.extent.count * source.voxelType.byteCount,
        bytesWritten: target.extent.count * target.voxelType.byteCount,
        memoryPerRankInBytes: baseInBytes + LevelPass.rowDepth(target) * 9 * shardBytes / target.shards.cell.z)
      let job = try Job(
        plan: plan, directory: directory, identity: identity, communicator: communicator, settings: settings)
      let outcome = try job.run { unit in
        let isEmpty = try write(target.shards.position(of: unit), of: target, from: source)
        return Data([isEmpty ? 1 : 0])
      }
      var empty = EmptyShards(count: target.shards.count)
      for (unit, payload) in outcome.payloads.enumerated() where payload == Data([1]) { empty.insert(unit) }
      return empty
    }
  }

  /// Planes of the target made at a time.
  private static func rowDepth(_ target: ZarrArray) -> Int { target.chunks.cell.z }

  /// One shard, a row of chunks at a time.
  private func write(_ position: Coordinate, of target: ZarrArray, from source: ZarrArray) throws -> Bool {
    let shard = target.shards.region(at: position)
    let writer = try ShardWriter(target, at: position)
    let depth = LevelPass.rowDepth(target)
    for z in stride(from: shard.origin.z, to: shard.end.z, by: depth) {
      let part = Region(
        origin: Coordinate(z, shard.origin.y, shard.origin.x),
        extent: Extent(min(depth, shard.end.z - z), shard.extent.y, shard.extent.x))
      let fine = Region(
        origin: Coordinate(2 * part.origin.z, 2 * part.origin.y, 2 * part.origin.x), extent: part.extent * 2
      ).intersection(Region(source.extent))
      let voxels = VoxelBuffer(source.voxelType, fine.extent)
      let pieces = source.chunks.positions(intersecting: fine)
      let positions = (0..<pieces.count).map { pieces.extent.position(of: $0) + pieces.origin }
      try parallelForEach(count: positions.count, threads: settings.threads) { index in
        let piece = source.chunks.region(at: positions[index]).intersection(fine)
        try source.read(piece, into: voxels, at: piece.relative(to: fine.origin).origin)
      }
      let halved = voxels.downsampled(content == .labels ? .mode : .mean)
      let chunks = target.chunks.positions(intersecting: part)
      try parallelForEach(count: chunks.count, threads: settings.threads) { index in
        let chunk = chunks.extent.position(of: index) + chunks.origin
        try writer.write(chunkAt: chunk, from: halved, origin: part.origin)
      }
    }
    return try writer.publish()
  }
}
