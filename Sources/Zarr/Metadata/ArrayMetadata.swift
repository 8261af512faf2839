import Files
import Foundation
import Voxels

/// The metadata of one array: the contents of `zarr.json`, the `.zarray` of Zarr v2 or the `attributes.json` of N5.
package struct ArrayMetadata: Sendable {
  /// The supported numbers of axes: y and x at least, and those of `ArrayAxes`.
  static let ranks = 2...8
  /// The maximum size of a chunk before compression, in bytes: the limit of Blosc and of one-shot decoding.
  static let chunkByteCountLimit = Int(Int32.max) - 64

  /// Limits the index of a shard to 256 MiB.
  static let chunksPerShardLimit = 1 << 24

  package let shape: [Int]
  /// The type stored in the chunks; voxels are converted if there is no such `VoxelType`.
  package let storedType: StoredType
  /// The extent of one file along every axis: a shard, or a chunk if the array is not sharded.
  package let fileShape: [Int]
  let keyEncoding: ChunkKeyEncoding
  package let fillValue: FillValue
  let encoding: Encoding
  package let dimensionNames: [String?]?
  package let attributes: [String: JSONValue]

  /// The contents of a file.
  indirect enum Encoding: Sendable {
    case chunk(CodecPipeline)
    /// Chunks, or nested shards, located through an index.
    case shard(ShardingCodec)
    /// A chunk preceded by an N5 header, truncated at the end of the volume.
    case blockOfN5(CodecPipeline)
  }

  package var voxelType: VoxelType { storedType.voxelType }

  /// What the axes are, judged by their names.
  ///
  /// - Throws: `Fault.badData` naming `path` when they are not those of a volume.
  package func axes(_ path: String) throws -> ArrayAxes {
    do {
      return try ArrayAxes(names: dimensionNames, shape: shape)
    } catch let problem as ArrayAxes.Problem {
      throw Fault.badData("\(path) is not a volume: \(problem.message)")
    }
  }

  /// The extent of one chunk along every axis: the unit of decoding.
  package let chunkShape: [Int]

  /// The codecs of one chunk.
  let pipeline: CodecPipeline

  /// The size of one decoded chunk, in bytes.
  package var chunkByteCount: Int { chunkShape.reduce(voxelType.byteCount, *) }

  /// The size of one decoded chunk in its stored type, in bytes.
  var storedChunkByteCount: Int { chunkShape.reduce(storedType.byteCount, *) }

  init(
    shape: [Int], storedType: StoredType, fileShape: [Int], keyEncoding: ChunkKeyEncoding, fillValue: FillValue,
    encoding: Encoding, dimensionNames: [String?]?, attributes: [String: JSONValue]
  ) throws {
    self.shape = shape
    self.storedType = storedType
    self.fileShape = fileShape
    self.keyEncoding = keyEncoding
    self.fillValue = fillValue
    self.encoding = encoding
    self.dimensionNames = dimensionNames
    self.attributes = attributes
    (chunkShape, pipeline) = encoding.chunk(inShape: fileShape)
    try checkSizes()
  }

  /// A three-dimensional sharded array as Sheaf writes it.
  ///
  /// - Parameters:
  ///   - shard: a multiple of `chunk` along every axis.
  ///   - dimensionNames: one name per axis.
  /// - Throws: `Fault.usage` when the sizes are not compatible.
  package init(
    extent: Extent, voxelType: VoxelType, chunk: Extent, shard: Extent, compression: ChunkCompression,
    fillValue: FillValue? = nil, dimensionNames: [String] = ["z", "y", "x"], attributes: [String: JSONValue] = [:]
  ) throws {
    guard !chunk.isEmpty, !shard.isEmpty, (0..<3).allSatisfy({ shard[$0] % chunk[$0] == 0 }) else {
      throw Fault.usage(
        "a shard of \(shard) voxels cannot be cut into chunks of \(chunk); choose a multiple of the chunk")
    }
    let value = fillValue ?? .zero(voxelType)
    precondition(value.voxelType == voxelType && dimensionNames.count == 3)
    do {
      try self.init(
        shape: [extent.z, extent.y, extent.x], storedType: StoredType(voxelType),
        fileShape: [shard.z, shard.y, shard.x],
        keyEncoding: .standard(separator: .slash), fillValue: value,
        encoding: .shard(
          ShardingCodec(
            chunkShape: [chunk.z, chunk.y, chunk.x],
            content: .chunk(CodecPipeline(rank: 3, codecs: compression.codecs(voxelType: voxelType))))),
        dimensionNames: dimensionNames, attributes: attributes)
    } catch let error as MetadataError {
      throw Fault.usage("an array of \(extent) voxels cannot be created: \(error.message)")
    }
  }

  /// All size arithmetic elsewhere relies on this.
  private func checkSizes() throws {
    let rank = shape.count
    guard ArrayMetadata.ranks.contains(rank) else {
      throw MetadataError("an array of 2 to 8 axes was expected, found \(rank)")
    }
    guard shape.allSatisfy({ $0 >= 1 }) else { throw MetadataError("an array of \(shape) has no voxels") }
    guard fileShape.count == rank, fileShape.allSatisfy({ $0 >= 1 }) else {
      throw MetadataError("chunks of \(fileShape) do not fit an array of \(shape)")
    }
    if let dimensionNames, dimensionNames.count != rank {
      throw MetadataError("\(dimensionNames.count) dimension_names do not fit \(rank) axes")
    }
    // The size in bytes of the array rounded up to whole files bounds every product of sizes that is ever formed.
    var total = max(voxelType.byteCount, storedType.byteCount)
    for (edge, file) in zip(shape, fileShape) {
      let (padded, overflow) = edge.addingReportingOverflow(file)
      let (product, overflow2) = total.multipliedReportingOverflow(by: padded)
      guard !overflow, !overflow2 else { throw MetadataError("an array of \(shape) is too large to address") }
      total = product
    }
    let chunksPerFile = zip(fileShape, chunkShape).reduce(1) { $0 * ($1.0 / $1.1) }
    guard chunksPerFile <= ArrayMetadata.chunksPerShardLimit else {
      throw MetadataError("a shard of \(chunksPerFile) chunks has more than \(ArrayMetadata.chunksPerShardLimit)")
    }
    let bytes = max(chunkByteCount, storedChunkByteCount)
    guard bytes <= ArrayMetadata.chunkByteCountLimit else {
      throw MetadataError(
        "a chunk of \(chunkShape) has \(bytes) bytes; at most \(ArrayMetadata.chunkByteCountLimit) are read")
    }
  }
}

extension ArrayMetadata.Encoding {
  /// The extent and the codecs of the smallest pieces of a file of `shape`.
  fileprivate func chunk(inShape shape: [Int]) -> (shape: [Int], pipeline: CodecPipeline) {
    switch self {
    case .chunk(let pipeline), .blockOfN5(let pipeline): (shape, pipeline)
    case .shard(let sharding): sharding.content.chunk(inShape: sharding.chunkShape)
    }
  }
}
