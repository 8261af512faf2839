import Dispatch
import Files
import Foundation
import Scratch
import Testing
import Voxels
import Zarr

@Suite struct ShardWriterTests {
  private static let extent = Extent(10, 11, 9)

  private func makeArray(_ path: String, _ compression: ChunkCompression = .zstd(level: 3)) throws -> ZarrArray {
    try ZarrArray.create(
      path,
      ArrayMetadata(
        extent: Self.extent, voxelType: .uint16, chunk: Extent(3), shard: Extent(12), compression: compression))
  }

  private func chunkPositions(_ array: ZarrArray) -> [Coordinate] {
    var positions: [Coordinate] = []
    array.chunkPositions(ofShard: .zero).forEachPosition { positions.append($0) }
    return positions
  }

  /// Invariant 1: the order of calls, threads, and how much may wait in memory do not show in the file.
  @Test(arguments: [ChunkCompression.zstd(level: 3), .bloscZstd(level: 5)])
  func bytesDoNotDependOnTiming(compression: ChunkCompression) throws {
    let directory = try ScratchDirectory()
    let voxels = makeVoxels(.uint16, Self.extent, seed: 21)
    let reference = try makeArray(directory.file("reference"), compression)
    #expect(try write(voxels, to: reference).emptyCount == 0)
    let expected = try readWholeFile(reference.shardPath(at: .zero))
    var generator = SeededNumbers(seed: 22)
    for (round, limit) in [1 << 20, 1 << 20, 0, 100, 300].enumerated() {
      let array = try makeArray(directory.file("\(round)"), compression)
      var positions = chunkPositions(array)
      if round == 0 { positions.reverse() } else { positions.shuffle(using: &generator) }
      let order = positions
      let writer = try ShardWriter(array, at: .zero, waitingLimitInBytes: limit)
      if round == 0 {
        for position in order { try writer.write(chunkAt: position, from: voxels, origin: .zero) }
      } else {
        DispatchQueue.concurrentPerform(iterations: order.count) { index in
          try! writer.write(chunkAt: order[index], from: voxels, origin: .zero)
        }
      }
      #expect(try writer.publish() == false)
      #expect(try readWholeFile(array.shardPath(at: .zero)) == expected, "round \(round)")
      #expect(try directoryEntries(parentDirectory(of: array.shardPath(at: .zero))) == ["0"], "nothing is left behind")
    }
  }

  @Test func chunksComeFromBuffersAnywhere() throws {
    let directory = try ScratchDirectory()
    let voxels = makeVoxels(.uint16, Self.extent, seed: 23)
    let array = try makeArray(directory.file("a"))
    let writer = try ShardWriter(array, at: .zero)
    for position in chunkPositions(array) {
      let region = array.chunks.region(at: position)
      try writer.write(chunkAt: position, from: voxels.cropped(to: region), origin: region.origin)
    }
    _ = try writer.publish()
    #expect(sameVoxels(try array.read(Region(Self.extent)), voxels))
  }

  @Test func anEmptyShardHasNoFileAndRemovesAnOldOne() throws {
    let directory = try ScratchDirectory()
    let array = try makeArray(directory.file("a"))
    try write(makeVoxels(.uint16, Self.extent, seed: 24), to: array)
    #expect(fileExists(array.shardPath(at: .zero)))
    #expect(try write(VoxelBuffer(.uint16, Self.extent), to: array).contains(0))
    #expect(!fileExists(array.shardPath(at: .zero)))
    #expect(sameVoxels(try array.read(Region(Self.extent)), VoxelBuffer(.uint16, Self.extent)))
    let writer = try ShardWriter(array, at: .zero)
    for position in chunkPositions(array) { try writer.skip(chunkAt: position) }
    #expect(try writer.publish())
  }

  @Test func aDroppedWriterLeavesNoTrace() throws {
    let directory = try ScratchDirectory()
    let array = try makeArray(directory.file("a"))
    do {
      let writer = try ShardWriter(array, at: .zero, waitingLimitInBytes: 0)
      for position in chunkPositions(array).dropFirst() {
        try writer.write(chunkAt: position, from: makeVoxels(.uint16, Self.extent, seed: 25), origin: .zero)
      }
    }
    #expect(try directoryEntries(parentDirectory(of: array.shardPath(at: .zero))) == [])
  }

  @Test func aRewrittenShardIsReadAgain() throws {
    let directory = try ScratchDirectory()
    let array = try makeArray(directory.file("a"))
    for seed in 26..<29 {
      let voxels = makeVoxels(.uint16, Self.extent, seed: UInt64(seed))
      try write(voxels, to: array)
      #expect(sameVoxels(try array.read(Region(Self.extent)), voxels))
    }
  }

  @Test func chunksOfOtherFillValues() throws {
    let directory = try ScratchDirectory()
    let extent = Extent(5, 6, 7)
    let metadata = try ArrayMetadata(
      extent: extent, voxelType: .float32, chunk: Extent(4), shard: Extent(4), compression: .zstd(level: 0),
      fillValue: FillValue(Float(2.5)))
    let array = try ZarrArray.create(directory.file("a"), metadata)
    let voxels = VoxelBuffer(extent, [Float](repeating: 2.5, count: extent.count))
    voxels.voxels(as: Float.self)[0] = -0.0
    let empty = try write(voxels, to: array)
    #expect(empty.emptyCount == 7 && !empty.contains(0))
    #expect(sameVoxels(try ZarrArray.open(array.path).read(Region(extent)), voxels))
  }

  @Test func manyThreadsReadOneArray() throws {
    let directory = try ScratchDirectory()
    let array = try makeArray(directory.file("a"))
    let voxels = makeVoxels(.uint16, Self.extent, seed: 30)
    try write(voxels, to: array)
    let opened = try ZarrArray.open(array.path)
    DispatchQueue.concurrentPerform(iterations: 64) { index in
      let region = Region(from: Coordinate(index % 7, index % 5, index % 3), to: Coordinate(10, 11, 9))
      #expect(sameVoxels(try! opened.read(region), voxels.cropped(to: region)))
    }
  }
}

@Suite struct EmptyShardsTests {
  /// Against a plain set, for every order of insertion that a seeded generator finds.
  @Test func runsAreASet() {
    var generator = SeededNumbers(seed: 31)
    for _ in 0..<200 {
      let count = 1 + Int(generator.next() % 12)
      var (runs, other) = (EmptyShards(count: count), EmptyShards(count: count))
      var expected: Set<Int> = []
      for _ in 0..<(generator.next() % 14) {
        let shard = Int(generator.next() % UInt64(count))
        expected.insert(shard)
        if generator.next() % 2 == 0 { runs.insert(shard) } else { other.insert(shard) }
      }
      runs.formUnion(other)
      #expect((0..<count).allSatisfy { runs.contains($0) == expected.contains($0) })
      #expect(runs.emptyCount == expected.count)
      // One run between any two gaps.
      let starts = expected.filter { !expected.contains($0 - 1) }
      #expect(runs.json["empty"]?.asArray?.count == starts.count)
    }
  }
}
