import Files
import Foundation
import Scratch
import Testing
import Voxels
import Zarr

/// Voxels that compress somewhat, with boxes of zeros so that some chunks and shards are empty.
func makeVoxels(_ type: VoxelType, _ extent: Extent, seed: UInt64) -> VoxelBuffer {
  let buffer = VoxelBuffer(type, extent)
  var generator = SeededNumbers(seed: seed)
  func fill<Scalar: VoxelScalar>(_: Scalar.Type, _ make: (UInt64) -> Scalar) {
    let voxels = buffer.voxels(as: Scalar.self)
    Region(extent).forEachPosition { position in
      let isDark = (position.z / 5 + position.y / 7 + position.x / 6) % 3 == 0
      voxels[extent.index(of: position)] = isDark ? 0 : make(generator.next() >> 56)
    }
  }
  switch type {
  case .uint8: fill(UInt8.self) { UInt8(truncatingIfNeeded: $0) }
  case .uint16: fill(UInt16.self) { UInt16(truncatingIfNeeded: $0 * 201) }
  case .int16: fill(Int16.self) { Int16(truncatingIfNeeded: Int64($0) - 128) }
  case .uint32: fill(UInt32.self) { UInt32(truncatingIfNeeded: $0 * 16_000_001) }
  case .uint64: fill(UInt64.self) { $0 &* 72_057_594_037_927_931 }
  case .float32: fill(Float.self) { Float($0) / 7 - 3 }
  }
  return buffer
}

/// Writes a whole array, shard after shard, and returns which shards are empty.
@discardableResult
func write(_ voxels: VoxelBuffer, to array: ZarrArray) throws -> EmptyShards {
  try writeShards(voxels, to: array).empty
}

/// Writes a whole array, shard after shard.
func writeShards(_ voxels: VoxelBuffer, to array: ZarrArray) throws -> WrittenShards {
  var written = WrittenShards(count: array.shards.count)
  for shard in 0..<array.shards.count {
    let writer = try ShardWriter(array, at: array.shards.position(of: shard))
    try writer.writeChunks(from: voxels, origin: .zero)
    let isEmpty = try writer.publish()
    #expect(isEmpty == (writer.digest == nil))
    written.insert(shard, writer.digest)
  }
  return written
}

func sameVoxels(_ a: VoxelBuffer, _ b: VoxelBuffer) -> Bool {
  a.type == b.type && a.extent == b.extent && memcmp(a.bytes.baseAddress!, b.bytes.baseAddress!, a.byteCount) == 0
}
