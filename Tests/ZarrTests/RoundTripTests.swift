import Files
import Foundation
import Scratch
import Testing
import Voxels
import Zarr

@Suite struct RoundTripTests {
  static let compressions: [ChunkCompression] = [.zstd(level: 1), .bloscZstd(level: 3), .bloscLZ4(level: 1)]

  @Test(arguments: VoxelType.allCases, compressions)
  func everyTypeAndCompression(type: VoxelType, compression: ChunkCompression) throws {
    let directory = try ScratchDirectory()
    let extent = Extent(17, 23, 19)
    let voxels = makeVoxels(type, extent, seed: 1)
    let metadata = try ArrayMetadata(
      extent: extent, voxelType: type, chunk: Extent(4, 5, 6), shard: Extent(8, 10, 12), compression: compression)
    let array = try ZarrArray.create(directory.file("a"), metadata)
    try write(voxels, to: array)
    let opened = try ZarrArray.open(directory.file("a"))
    #expect(sameVoxels(try opened.read(Region(extent)), voxels))
    #expect(opened.shards == array.shards && opened.chunks == array.chunks)
  }

  @Test func keptChunksAreDecodedOnce() throws {
    let directory = try ScratchDirectory()
    let extent = Extent(17, 23, 19)
    let voxels = makeVoxels(.uint16, extent, seed: 1)
    let metadata = try ArrayMetadata(
      extent: extent, voxelType: .uint16, chunk: Extent(4, 5, 6), shard: Extent(8, 10, 12),
      compression: .bloscLZ4(level: 1))
    try write(voxels, to: try ZarrArray.create(directory.file("a"), metadata))
    let array = try ZarrArray.open(directory.file("a"))
    let box = Region(from: Coordinate(2, 3, 5), to: Coordinate(15, 20, 19))
    func read(_ region: Region, _ kept: DecodedChunks) throws -> VoxelBuffer {
      let buffer = VoxelBuffer(.uint16, region.extent)
      try array.read(region, into: buffer, at: .zero, keeping: kept)
      return buffer
    }
    let expected = try array.read(box)
    // Room for everything, for a few chunks, for none.
    for (limit, isAll) in [(1 << 20, true), (3 * 4 * 5 * 6 * 2, false), (0, false)] {
      let kept = DecodedChunks(limitInBytes: limit)
      for _ in 0..<2 { #expect(sameVoxels(try read(box, kept), expected)) }
      // The voxels change; only what was decoded before is still as it was.
      let other = makeVoxels(.uint16, extent, seed: 2)
      for shard in 0..<array.shards.count {
        try FileManager.default.removeItem(atPath: array.shardPath(at: array.shards.position(of: shard)))
      }
      try write(other, to: array)
      let after = try read(box, kept)
      #expect(sameVoxels(after, expected) == isAll)
      #expect(sameVoxels(try array.read(Region(extent)), other))
      #expect(try sameVoxels(read(Region(extent), DecodedChunks(limitInBytes: 0)), other))
      for shard in 0..<array.shards.count {
        try FileManager.default.removeItem(atPath: array.shardPath(at: array.shards.position(of: shard)))
      }
      try write(voxels, to: array)
    }
  }

  @Test func everySmallShape() throws {
    let directory = try ScratchDirectory()
    for (number, extent) in [
      Extent(1, 1, 1), Extent(1, 2, 3), Extent(2, 1, 5), Extent(5, 1, 1), Extent(4, 4, 4), Extent(5, 4, 3),
      Extent(8, 9, 7),
    ].enumerated() {
      for (chunk, shard) in [
        (Extent(1), Extent(1)), (Extent(1), Extent(2)), (Extent(2), Extent(4)), (Extent(3, 2, 1), Extent(6, 4, 3)),
        (Extent(4), Extent(8)),
      ] {
        let voxels = makeVoxels(.uint16, extent, seed: UInt64(number))
        let path = directory.file("\(extent)-\(chunk)-\(shard)")
        let metadata = try ArrayMetadata(
          extent: extent, voxelType: .uint16, chunk: chunk, shard: shard, compression: .zstd(level: 0))
        try write(voxels, to: try ZarrArray.create(path, metadata))
        let array = try ZarrArray.open(path)
        #expect(sameVoxels(try array.read(Region(extent)), voxels), "\(extent) \(chunk) \(shard)")
      }
    }
  }

  @Test func everyRegionOfASmallArray() throws {
    let directory = try ScratchDirectory()
    let extent = Extent(5, 4, 6)
    let voxels = makeVoxels(.uint16, extent, seed: 3)
    let metadata = try ArrayMetadata(
      extent: extent, voxelType: .uint16, chunk: Extent(2, 1, 2), shard: Extent(4, 3, 4), compression: .zstd(level: 0))
    try write(voxels, to: try ZarrArray.create(directory.file("a"), metadata))
    let array = try ZarrArray.open(directory.file("a"))
    for z in 0..<5 {
      for y in 0..<4 {
        for x in 0..<6 {
          for end in Region(Extent(5 - z, 4 - y, 6 - x)).positions {
            let region = Region(from: Coordinate(z, y, x), to: Coordinate(z + end.z + 1, y + end.y + 1, x + end.x + 1))
            #expect(sameVoxels(try array.read(region), voxels.cropped(to: region)))
          }
        }
      }
    }
  }
}

extension Region {
  fileprivate var positions: [Coordinate] {
    var all: [Coordinate] = []
    forEachPosition { all.append($0) }
    return all
  }
}
