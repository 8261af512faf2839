import Codecs
import Files

/// `sharding_indexed` (Zarr v3, codecs/sharding-indexed): many chunks in one file, found through an index.
struct ShardingCodec: Sendable {
  enum IndexLocation: String {
    case start, end
  }

  /// The extent of a chunk along every axis; divides that of the shard.
  let chunkShape: [Int]
  /// How a chunk is encoded: by codecs, or as a nested shard.
  let content: ArrayMetadata.Encoding
  let indexLocation: IndexLocation
  /// Whether the index is followed by a four-byte CRC-32C.
  let indexHasChecksum: Bool
  let indexIsBigEndian: Bool

  /// The layout that Sheaf writes: the index at the end, little-endian, with a checksum.
  init(chunkShape: [Int], content: ArrayMetadata.Encoding) {
    self.chunkShape = chunkShape
    self.content = content
    indexLocation = .end
    indexHasChecksum = true
    indexIsBigEndian = false
  }

  init(_ named: NamedConfiguration, shardShape: [Int], voxelByteCount: Int) throws {
    try named.requireOnly(["chunk_shape", "codecs", "index_codecs", "index_location"])
    let rank = shardShape.count
    chunkShape = try (named.configuration["chunk_shape"] ?? .null)
      .integers("chunk_shape of \"sharding_indexed\"", in: 1...Int.max)
    guard chunkShape.count == rank, zip(shardShape, chunkShape).allSatisfy({ $0 % $1 == 0 }) else {
      throw MetadataError("chunks of \(chunkShape) do not divide shards of \(shardShape)")
    }
    guard let list = named.configuration["codecs"]?.asArray else {
      throw MetadataError("\"sharding_indexed\" lacks a list of codecs")
    }
    content = try ArrayMetadata.Encoding(list, shape: chunkShape, voxelByteCount: voxelByteCount)
    switch named.configuration["index_location"] {
    case nil, .string("end"): indexLocation = .end
    case .string("start"): indexLocation = .start
    case .some(let other):
      throw MetadataError("index_location must be \"start\" or \"end\", found \(other.excerpt)")
    }
    guard let indexCodecs = named.configuration["index_codecs"]?.asArray else {
      throw MetadataError("\"sharding_indexed\" lacks a list of index_codecs")
    }
    // Only fixed-size codecs can be decoded before the index is known, and these two are the only ones.
    let indexPipeline = try CodecPipeline(indexCodecs, rank: rank + 1, voxelByteCount: 8)
    guard indexPipeline.axisOrder == Array(0...rank), indexPipeline.codecs.count <= 1,
      indexPipeline.codecs.allSatisfy({ $0 is CRC32CCodec })
    else { throw MetadataError("index_codecs must be \"bytes\" and, if anything more, \"crc32c\"") }
    indexHasChecksum = !indexPipeline.codecs.isEmpty
    indexIsBigEndian = indexPipeline.isBigEndian
  }

  /// The number of chunks in a shard of `shardShape`.
  func chunkCount(inShard shardShape: [Int]) -> Int { zip(shardShape, chunkShape).reduce(1) { $0 * ($1.0 / $1.1) } }

  func json(voxelByteCount: Int) -> JSONValue {
    var indexCodecs = [NamedConfiguration("bytes", ["endian": indexIsBigEndian ? "big" : "little"]).json]
    if indexHasChecksum { indexCodecs.append(CRC32CCodec().json) }
    return NamedConfiguration(
      "sharding_indexed",
      [
        "chunk_shape": .array(chunkShape.map(JSONValue.integer)),
        "codecs": .array(content.json(voxelByteCount: voxelByteCount)),
        "index_codecs": .array(indexCodecs),
        "index_location": .string(indexLocation.rawValue),
      ]
    ).json
  }
}
