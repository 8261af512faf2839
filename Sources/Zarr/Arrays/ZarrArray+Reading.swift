import Codecs
import Files
import Foundation
import Voxels

extension ZarrArray {
  /// The voxels of `region`.
  package func read(_ region: Region) throws -> VoxelBuffer {
    let buffer = VoxelBuffer(undefined: voxelType, region.extent)
    try read(region, into: buffer, at: .zero)
    return buffer
  }

  /// Copies the voxels of `region` into `buffer`, the first one to `position`.
  ///
  /// - Parameter kept: where decoded chunks are looked for first, and left for the next read.
  /// - Precondition: the region lies inside the volume, its copy fits into the buffer, and the types are equal.
  /// - Throws: `Fault.badData` naming the file and chunk that is damaged or missing.
  package func read(
    _ region: Region, into buffer: VoxelBuffer, at position: Coordinate, keeping kept: DecodedChunks? = nil
  ) throws {
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
          let key = DecodedChunks.Key(array: identity, chunk: chunks.index(of: chunkPosition))
          let known = kept?.chunk(key)
          defer { withExtendedLifetime(known) {} }
          guard let chunk = try known?.contents ?? decodeChunk(at: chunkPosition, of: shard, context) else {
            fill(target, of: buffer)
            return
          }
          if known == nil { kept?.keep(chunk, key) }
          let stored = storedRegion(of: chunk, at: chunkPosition).intersection(piece)
          if stored != piece { fill(target, of: buffer) }
          if !stored.isEmpty { copy(stored, ofChunk: chunkPosition, chunk, to: stored.origin + shift, of: buffer) }
        }
      }
    }
  }

  /// The open file of a shard; nil if it does not exist and is allowed to be absent.
  func openShard(at position: Coordinate) throws -> OpenShard? {
    try OpenShards.shared.shard(openShardKey(position)) {
      let path = shardPath(at: position)
      guard fileExists(path) else {
        try refuseLostShard(shards.index(of: position), path)
        return nil
      }
      let file = try ReadableFile(path)
      switch metadata.encoding {
      case .chunk, .blockOfN5: return OpenShard(chunk: file)
      case .shard(let sharding):
        return try OpenShard(
          file, in: 0..<file.size, sharding, shape: metadata.fileShape, type: metadata.storedType,
          innerChunkCount: chunkCountOfShard)
      }
    }
  }

  /// A missing shard does not mean zeros: see `MissingShards`.
  private func refuseLostShard(_ number: Int, _ path: String) throws {
    switch missingShards {
    case .areEmpty: return
    case .areLost(let empty):
      if empty.contains(number) { return }
      throw Fault.badData(
        "\(path) is missing: the store is finished and does not list this shard as empty; restore the file or create the "
          + "store again")
    case .areUnfinished:
      throw Fault.badData(
        "\(path) is missing: the store was never finished; run the command that writes it again to resume")
    }
  }

  /// The decoded chunk; nil if the file does not contain it.
  ///
  /// - Throws: `Fault.badData` naming the file and the chunk.
  func decodeChunk(
    at position: Coordinate, of shard: OpenShard, _ context: CodecContext
  ) throws -> DecodedChunk? {
    do {
      guard let (file, range) = try place(ofChunk: position, of: shard) else { return nil }
      let header = isBlockOfN5 ? N5Block.headerByteCountLimit(rank: metadata.shape.count) : 0
      let limit =
        metadata.pipeline.encodedByteCountLimit(
          voxelCount: metadata.chunkShape.reduce(1, *), voxelByteCount: metadata.storedType.byteCount) + header
      guard range.count <= limit else {
        throw CodecError("it has \(range.count) bytes where at most \(limit) are expected")
      }
      let memory = context.encoded.reserve(range.count)
      try file.read(into: memory, at: range.lowerBound)
      let encoded = UnsafeRawBufferPointer(memory)
      if isBlockOfN5 {
        let block = try N5Block(encoded, chunkShape: metadata.chunkShape)
        let voxels = UnsafeRawBufferPointer(rebasing: encoded.dropFirst(block.headerByteCount))
        return DecodedChunk(voxels: try decode(voxels, shape: block.shape, context), shape: block.shape)
      }
      return DecodedChunk(voxels: try decode(encoded, shape: metadata.chunkShape, context))
    } catch let error as CodecError {
      throw Fault.badData(
        "\(shard.file.path) is damaged: chunk \(position) of \(path) cannot be read: \(error.message); restore the "
          + "file or create the store again")
    }
  }

  private func decode(
    _ encoded: UnsafeRawBufferPointer, shape: [Int], _ context: CodecContext
  ) throws -> UnsafeRawBufferPointer {
    let size = metadata.storedType.byteCount
    let stored = try metadata.pipeline.decode(encoded, shape: shape, voxelByteCount: size, context)
    return try convert(stored, of: metadata.storedType, into: context.converted)
  }

  /// The part of the volume covered by a chunk: less than its grid cell if the chunk is smaller.
  private func storedRegion(of chunk: DecodedChunk, at position: Coordinate) -> Region {
    let full = chunks.fullRegion(at: position)
    guard let shape = chunk.shape else { return full }
    for axis in axes.others where axes.fixed[axis] % metadata.chunkShape[axis] >= shape[axis] {
      return Region(origin: full.origin, extent: Extent(0))
    }
    return Region(origin: full.origin, extent: axes.extent(of: shape))
  }

  private var isBlockOfN5: Bool {
    if case .blockOfN5 = metadata.encoding { return true }
    return false
  }

  private func fill(_ region: Region, of buffer: VoxelBuffer) {
    defer { withExtendedLifetime(buffer) {} }
    let size = voxelType.byteCount
    for z in region.range(0) {
      for y in region.range(1) {
        let start = buffer.extent.index(of: Coordinate(z, y, region.origin.x)) * size
        metadata.fillValue.fill(
          UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[start..<start + region.extent.x * size]))
      }
    }
  }

  /// Copies `piece`, a box within the part of the volume covered by one chunk, from the chunk's voxels.
  private func copy(
    _ piece: Region, ofChunk position: Coordinate, _ chunk: DecodedChunk, to target: Coordinate,
    of buffer: VoxelBuffer
  ) {
    defer { withExtendedLifetime(buffer) {} }
    let size = voxelType.byteCount
    let strides = strides(ofChunk: chunk.shape ?? metadata.chunkShape)
    let inside = piece.relative(to: chunks.fullRegion(at: position).origin).origin
    var start = 0
    for axis in axes.others { start += axes.fixed[axis] % metadata.chunkShape[axis] * strides[axis] }
    let (strideZ, strideY, strideX) = (axes.z.map { strides[$0] } ?? 0, strides[axes.y], strides[axes.x])
    start += inside.z * strideZ + inside.y * strideY + inside.x * strideX
    let source = chunk.voxels.baseAddress!
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

  /// The stride in voxels along every axis of a stored chunk of `shape`.
  private func strides(ofChunk shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    var stride = 1
    for axis in metadata.pipeline.axisOrder.reversed() {
      strides[axis] = stride
      stride *= shape[axis]
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
