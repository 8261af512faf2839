import Synchronization
import Threads
import Tiling
import Voxels
import Zarr

/// Writes the shards of one level that a block owns, slab by slab.
package struct BlockWriter {
  private let array: ZarrArray
  private let block: Region
  private let threads: Int
  /// The shards that have begun and not ended, by their number.
  private var open: [Int: ShardWriter] = [:]
  /// The shards that are published.
  package private(set) var shards = UnitRecord()

  package init(_ array: ZarrArray, block: Region, threads: Int) {
    self.array = array
    self.block = block
    self.threads = threads
  }

  /// Writes the planes of `slab`, which begins and ends between chunks or where the volume ends.
  ///
  /// - Parameter isEmpty: whether it is known to hold zeros alone.
  package mutating func write(_ slab: Region, from buffer: VoxelBuffer, isEmpty: Bool) throws {
    var work: [(writer: ShardWriter, chunk: Coordinate)] = []
    try array.shards.positions(intersecting: slab).forEachPosition { position in
      let number = array.shards.index(of: position)
      let writer = try open[number] ?? ShardWriter(array, at: position)
      open[number] = writer
      let part = array.shards.region(at: position).intersection(slab)
      array.chunks.positions(intersecting: part).forEachPosition { work.append((writer, $0)) }
    }
    let chunks = work
    try parallelForEach(count: chunks.count, threads: isEmpty ? 1 : threads) { index in
      let (writer, chunk) = chunks[index]
      if isEmpty {
        try writer.skip(chunkAt: chunk)
      } else {
        try writer.write(chunkAt: chunk, from: buffer, origin: slab.origin)
      }
    }
    for number in open.keys.sorted() where array.shards.region(number).end.z <= slab.end.z {
      let writer = open.removeValue(forKey: number)!
      _ = try writer.publish()
      shards.append(UnitRecord(shard: number, level: 0, digest: writer.digest))
    }
  }
}
