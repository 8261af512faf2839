import Files
import Foundation
import Voxels

extension ZarrArray {
  /// The voxels of `region`.
  package func read(_ region: Region) throws -> VoxelBuffer {
    let buffer = VoxelBuffer(voxelType, region.extent)
    try read(region, into: buffer, at: .zero)
    return buffer
  }

  /// Puts the voxels of `region` into `buffer`, the first one at `position`.
  ///
  /// - Precondition: the region lies inside the volume, its copy inside the buffer, and the types are equal.
  /// - Throws: `Fault.badData` naming the file and chunk that is damaged or lost.
  package func read(_ region: Region, into buffer: VoxelBuffer, at position: Coordinate) throws {
    precondition(Region(extent).contains(region), "region \(region) is outside a volume of \(extent)")
    precondition(
      Region(buffer.extent).contains(Region(origin: position, extent: region.extent)) && buffer.type == voxelType,
      "\(region.extent) voxels of \(voxelType) at \(position) do not fit a buffer of \(buffer.extent) \(buffer.type)")
    if region.isEmpty { return }
    let shift = position - region.origin
    try withCodecContext { context in
      try shards.positions(intersecting: region).forEachPosition { shardPosition in
        let part = shards.region(at: shardPosition).intersection(region)
        guard let shard = try openShard(at: shardPosition) else {
          fill(Region(origin: part.origin + shift, extent: part.extent), of: buffer)
          return
        }
        try chunks.positions(intersecting: part).forEachPosition { chunkPosition in
          let piece = chunks.region(at: chunkPosition).intersection(part)
          let target = Region(origin: piece.origin + shift, extent: piece.extent)
          if let voxels = try decodeChunk(at: chunkPosition, of: shard, context) {
            copy(piece, ofChunk: chunkPosition, voxels, to: target.origin, of: buffer)
          } else {
            fill(target, of: buffer)
          }
        }
      }
    }
  }

  /// The file of a shard, open; nil when it does not exist and may be absent.
  func openShard(at position: Coordinate) throws -> OpenShard? {
    try OpenShards.shared.shard(openShardKey(position)) {
      let path = shardPath(at: position)
      guard fileExists(path) else {
        try refuseLostShard(shards.index(of: position), path)
        return nil
      }
      let file = try ReadableFile(path)
      switch metadata.encoding {
      case .chunk: return OpenShard(file: file, index: nil)
      case .shard(let sharding):
        return OpenShard(
          file: file, index: try ShardIndex(of: file, sharding: sharding, chunkCount: chunkCountOfShard))
      }
    }
  }

  /// Missing is not zero: see `MissingShards`.
  private func refuseLostShard(_ number: Int, _ path: String) throws {
    switch missingShards {
    case .areEmpty: return
    case .areLost(let empty):
      if empty.contains(number) { return }
      throw Fault.badData(
        "\(path) is missing: the store is finished and does not list this shard as empty; restore the file or make the "
          + "store again")
    case .areUnfinished:
      throw Fault.badData(
        "\(path) is missing: the store was never finished; run the command that makes it again to carry on")
    }
  }

  /// The voxels of a chunk in storage order, in memory of `context`; nil when the file does not hold it.
  ///
  /// - Throws: `Fault.badData` naming the file and the chunk.
  func decodeChunk(
    at position: Coordinate, of shard: OpenShard, _ context: CodecContext
  ) throws -> UnsafeRawBufferPointer? {
    do {
      let range: Range<Int>
      if let index = shard.index {
        guard let found = try index.range(ofChunk: indexInShard(ofChunk: position)) else { return nil }
        range = found
      } else {
        range = 0..<shard.file.size
      }
      let limit = metadata.pipeline.encodedByteCountLimit(metadata.chunkByteCount)
      guard range.count <= limit else {
        throw CodecError("it has \(range.count) bytes where at most \(limit) are expected")
      }
      let encoded = context.encoded.reserve(range.count)
      try shard.file.read(into: encoded, at: range.lowerBound)
      return try metadata.pipeline.decode(
        UnsafeRawBufferPointer(encoded), decodedByteCount: metadata.chunkByteCount,
        voxelByteCount: voxelType.byteCount, context)
    } catch let error as CodecError {
      throw Fault.badData(
        "\(shard.file.path) is damaged: chunk \(position) of \(path) cannot be read: \(error.message); restore the "
          + "file or make the store again")
    }
  }

  private func fill(_ region: Region, of buffer: VoxelBuffer) {
    let size = voxelType.byteCount
    for z in region.range(0) {
      for y in region.range(1) {
        let start = buffer.extent.index(of: Coordinate(z, y, region.origin.x)) * size
        metadata.fillValue.fill(
          UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[start..<start + region.extent.x * size]))
      }
    }
  }

  /// Copies `piece`, a box of the volume that lies in one chunk, from the chunk's voxels.
  private func copy(
    _ piece: Region, ofChunk position: Coordinate, _ voxels: UnsafeRawBufferPointer, to target: Coordinate,
    of buffer: VoxelBuffer
  ) {
    let size = voxelType.byteCount
    let strides = chunkStrides
    let inside = piece.relative(to: chunks.fullRegion(at: position).origin).origin
    var start = 0
    for (axis, index) in leadingIndices.enumerated() { start += index % metadata.chunkShape[axis] * strides[axis] }
    let (strideZ, strideY, strideX) = (
      strides[strides.count - 3], strides[strides.count - 2], strides[strides.count - 1]
    )
    start += inside.z * strideZ + inside.y * strideY + inside.x * strideX
    let source = voxels.baseAddress!
    for z in 0..<piece.extent.z {
      for y in 0..<piece.extent.y {
        let from = source + (start + z * strideZ + y * strideY) * size
        let to =
          buffer.bytes.baseAddress! + buffer.extent.index(of: Coordinate(target.z + z, target.y + y, target.x)) * size
        if strideX == 1 {
          memcpy(to, from, piece.extent.x * size)
        } else {
          copyStrided(from, stride: strideX, to: to, count: piece.extent.x, voxelByteCount: size)
        }
      }
    }
  }

  /// Voxels from one index to the next along every axis of a stored chunk.
  private var chunkStrides: [Int] {
    var strides = [Int](repeating: 1, count: metadata.shape.count)
    var stride = 1
    for axis in metadata.pipeline.axisOrder.reversed() {
      strides[axis] = stride
      stride *= metadata.chunkShape[axis]
    }
    return strides
  }
}

/// Gathers every `stride`-th voxel.
private func copyStrided(
  _ source: UnsafeRawPointer, stride: Int, to target: UnsafeMutableRawPointer, count: Int, voxelByteCount: Int
) {
  func copy<Integer: FixedWidthInteger>(_: Integer.Type) {
    for index in 0..<count {
      let value = source.loadUnaligned(fromByteOffset: index * stride * voxelByteCount, as: Integer.self)
      target.storeBytes(of: value, toByteOffset: index * voxelByteCount, as: Integer.self)
    }
  }
  switch voxelByteCount {
  case 1: copy(UInt8.self)
  case 2: copy(UInt16.self)
  case 4: copy(UInt32.self)
  default: copy(UInt64.self)
  }
}
