import Threads
import Voxels
import Zarr

/// Makes single shards of a level from the level below, which is complete and read back from the store.
struct LevelBuilder: Sendable {
  let level: Int
  /// The level below. Its missing shards must be an error unless they are known to be empty.
  let fine: ZarrArray
  let coarse: ZarrArray
  let method: Downsampling
  let threads: Int
  /// What shards must be, by their numbers, to be published.
  var expected: [Int: ExpectedShard] = [:]

  /// Memory in bytes for the shards of `coarse`: each thread has eight chunks of the level below, their mean or mode,
  /// and what encoding and decoding a chunk takes.
  static func memoryInBytes(_ coarse: ZarrArray, threads: Int) -> Int {
    let chunkInBytes = coarse.chunks.cell.count * coarse.voxelType.byteCount
    let chunksInShard = coarse.shards.cell.dividedRoundingUp(by: coarse.chunks.cell).count
    return memoryInBytes(chunkInBytes: chunkInBytes, chunksInShard: chunksInShard, threads: threads)
  }

  static func memoryInBytes(chunkInBytes: Int, chunksInShard: Int, threads: Int) -> Int {
    threads * (12 * chunkInBytes + (1 << 20)) + 2 * (chunksInShard * 48 + (1 << 14))
  }

  /// All shards, one after the other.
  func runAll() throws -> UnitRecord {
    let writings = try (0..<coarse.shards.count).map { try write(shard: $0) }
    return try writings.reduce(into: UnitRecord()) { $0.append(try $1.finish()) }
  }

  /// - Parameter endTurn: called when everything is computed and only the disk is waited for.
  func run(shard: Int, endTurn: () -> Void = {}) throws -> UnitRecord {
    let writing = try write(shard: shard)
    endTurn()
    return try writing.finish()
  }

  private func write(shard: Int) throws -> LayerWriting {
    let writing = LayerWriting(array: coarse, level: level, expecting: expected)
    let region = coarse.shards.region(shard)
    let chunks = try writing.begin(region)
    try parallelForEach(count: chunks.count, threads: threads) { index in
      let target = coarse.chunks.region(at: chunks[index])
      // Every chunk of the finer level lies under one chunk of this one and is read once.
      let source = Region(
        origin: Coordinate(target.origin.z * 2, target.origin.y * 2, target.origin.x * 2), extent: target.extent * 2
      ).intersection(Region(fine.extent))
      let voxels = try fine.read(source)
      try writing.write(chunks[index], from: voxels.downsampled(method), origin: target.origin)
    }
    writing.end(region)
    return writing
  }
}
