import Codecs
import Files
import Voxels

/// `sharding_indexed` (Zarr v3, codecs/sharding-indexed): many chunks in one file, found through an index.
struct ShardingCodec: Sendable {
  enum IndexLocation: String {
    case start, end
  }

  /// The extent of a chunk along every axis of the array; divides that of the shard.
  let chunkShape: [Int]
  /// The array's axes in the order in which the shard numbers its chunks, slowest first; changed by `transpose`.
  let axisOrder: [Int]
  /// How a chunk is encoded: by codecs, or as a nested shard.
  let content: ArrayMetadata.Encoding
  let indexLocation: IndexLocation
  /// Whether the index is followed by a four-byte CRC-32C.
  let indexHasChecksum: Bool
  let indexIsBigEndian: Bool
  /// Codecs around the whole shard, which must be undone before the index can be read.
  let outerCodecs: [any NamedCodec]
  /// What `transpose` does just before sharding; nil without it.
  private let transposition: [Int]?

  /// The layout that Sheaf writes: the index at the end, little-endian, with a checksum.
  init(chunkShape: [Int], content: ArrayMetadata.Encoding) {
    self.chunkShape = chunkShape
    axisOrder = Array(0..<chunkShape.count)
    transposition = nil
    outerCodecs = []
    self.content = content
    indexLocation = .end
    indexHasChecksum = true
    indexIsBigEndian = false
  }

  /// - Parameters:
  ///   - shardShape: along the axes of the array.
  ///   - outerOrder: the order of the array's axes in what is encoded, before `transposition`.
  ///   - outerCodecs: those that follow in the list of codecs.
  init(
    _ named: NamedConfiguration, shardShape: [Int], outerOrder: [Int], transposition: [Int]?,
    outerCodecs: [any NamedCodec], type: StoredType
  ) throws {
    self.outerCodecs = outerCodecs
    self.transposition = transposition
    axisOrder = transposition?.map { outerOrder[$0] } ?? outerOrder
    try named.requireOnly(["chunk_shape", "codecs", "index_codecs", "index_location"])
    let rank = shardShape.count
    let listed = try (named.configuration["chunk_shape"] ?? .null)
      .integers("chunk_shape of \"sharding_indexed\"", in: 1...Int.max)
    let shardAsListed = axisOrder.map { shardShape[$0] }
    guard listed.count == rank, zip(shardAsListed, listed).allSatisfy({ $0 % $1 == 0 }) else {
      throw MetadataError("chunks of \(listed) do not divide shards of \(shardAsListed)")
    }
    var shape = shardShape
    for (axis, edge) in zip(axisOrder, listed) { shape[axis] = edge }
    chunkShape = shape
    guard let list = named.configuration["codecs"]?.asArray else {
      throw MetadataError("\"sharding_indexed\" lacks a list of codecs")
    }
    content = try ArrayMetadata.Encoding(list, shape: chunkShape, order: axisOrder, type: type)
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
    let indexPipeline = try CodecPipeline(indexCodecs, outerOrder: Array(0...rank), type: .uint64)
    guard indexPipeline.axisOrder == Array(0...rank), indexPipeline.steps.isEmpty, indexPipeline.codecs.count <= 1,
      indexPipeline.codecs.allSatisfy({ $0 is CRC32CCodec })
    else { throw MetadataError("index_codecs must be \"bytes\" and, if anything more, \"crc32c\"") }
    indexHasChecksum = !indexPipeline.codecs.isEmpty
    indexIsBigEndian = indexPipeline.isBigEndian
  }

  /// The number of chunks in a shard of `shardShape`.
  func chunkCount(inShard shardShape: [Int]) -> Int { zip(shardShape, chunkShape).reduce(1) { $0 * ($1.0 / $1.1) } }

  /// The number of a chunk in the index of the shard around `voxel`, a position along the axes of the array.
  func number(ofChunkWith voxel: [Int], inShard shardShape: [Int]) -> Int {
    var number = 0
    for axis in axisOrder {
      let count = shardShape[axis] / chunkShape[axis]
      number = number * count + voxel[axis] / chunkShape[axis] % count
    }
    return number
  }

  /// The size in bytes of a shard once `outerCodecs` are undone, at most: every chunk as large as it may be. nil when that
  /// is more than is ever decoded as a whole.
  func byteCountLimit(shardShape: [Int], voxelByteCount: Int) -> Int? {
    // Metadata are not checked yet: their numbers may be as large as they like.
    let largest = 8 * ArrayMetadata.chunkByteCountLimit
    guard
      let count = ShardingCodec.product(zip(shardShape, chunkShape).map { $0 / $1 }, atMost: largest),
      let voxels = ShardingCodec.product(chunkShape, atMost: largest)
    else { return nil }
    let ofChunk: Int?
    switch content {
    case .chunk(let pipeline), .blockOfN5(let pipeline):
      ofChunk = pipeline.encodedByteCountLimit(voxelCount: voxels, voxelByteCount: voxelByteCount)
    case .shard(let inner):
      ofChunk = inner.byteCountLimit(shardShape: chunkShape, voxelByteCount: voxelByteCount)
        .map(inner.outerCodecs.encodedByteCountLimit)
    }
    guard let ofChunk else { return nil }
    let index = ShardIndex.byteCount(chunkCount: count, hasChecksum: true)
    return ShardingCodec.product([count, ofChunk], atMost: largest).map { $0 + index }
  }

  /// nil when it is more than `limit`, or overflows.
  private static func product(_ factors: [Int], atMost limit: Int) -> Int? {
    factors.reduce(1) { product, factor in
      guard let product else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: factor)
      return overflow || next > limit ? nil : next
    }
  }

  func json(voxelByteCount: Int) -> [JSONValue] {
    var indexCodecs = [NamedConfiguration("bytes", ["endian": indexIsBigEndian ? "big" : "little"]).json]
    if indexHasChecksum { indexCodecs.append(CRC32CCodec().json) }
    let own = NamedConfiguration(
      "sharding_indexed",
      [
        "chunk_shape": .array(chunkShape.map(JSONValue.integer)),
        "codecs": .array(content.json(voxelByteCount: voxelByteCount)),
        "index_codecs": .array(indexCodecs),
        "index_location": .string(indexLocation.rawValue),
      ]
    ).json
    return CodecPipeline.json(ofTransposition: transposition) + [own] + outerCodecs.map(\.json)
  }
}
