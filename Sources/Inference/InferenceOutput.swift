import Files
import Synchronization
import Threads
import Voxels
import Zarr

/// Writes the shards of one level that a block owns, slab by slab.
struct BlockWriter {
  private let array: ZarrArray
  private let block: Region
  private let threads: Int
  /// The shards that have begun and not ended, by their number.
  private var open: [Int: ShardWriter] = [:]
  /// Shards that turned out to hold nothing.
  private(set) var emptyShards: [Int] = []

  init(_ array: ZarrArray, block: Region, threads: Int) {
    self.array = array
    self.block = block
    self.threads = threads
  }

  /// Writes the planes of `slab`, which begins and ends between chunks or where the volume ends.
  ///
  /// - Parameter isEmpty: whether it is known to hold zeros alone.
  mutating func write(_ slab: Region, from buffer: VoxelBuffer, isEmpty: Bool) throws {
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
      if try open.removeValue(forKey: number)!.publish() { emptyShards.append(number) }
    }
  }
}

/// How the output is cut into chunks and shards: a function of the input store alone.
enum OutputLayout {
  /// As few voxels across as shards can have without becoming too many files: a block owns whole shards, and small
  /// volumes should divide among ranks too.
  static func shard(of extent: Extent, chunk: Extent) -> Extent {
    let choices = [Extent(1, 2, 2), Extent(2, 4, 4), Extent(4, 8, 8), Extent(8, 8, 8)]
    return choices.map { chunk * $0 }.first { extent.dividedRoundingUp(by: $0).count <= 4096 } ?? chunk * 8
  }

  /// The input's chunk, where its edges are ordinary.
  static func chunk(of input: Extent, extent: Extent) -> Extent {
    let isOrdinary = (0..<3).allSatisfy { input[$0] <= 256 && (input[$0] >= 16 || input[$0] == extent[$0]) }
    return isOrdinary ? input : Extent(64)
  }
}
