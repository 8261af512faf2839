import Files
import Voxels
import Zarr

/// Settings of the store that `sheaf tile` makes; all of them determine its bytes.
public struct TilingSettings: Sendable {
  /// Edges of a chunk; nil for `defaultChunk`.
  package var chunk: Extent?
  /// Edges of a shard, a multiple of the chunk; nil for `defaultShard`.
  package var shard: Extent?
  package var compression: ChunkCompression
  /// Images are halved by the mean, labels by the most frequent value.
  package var content: StoreLayout.Content
  /// What the volume shows, such as `blood vessels`.
  package var structure: String?
  /// A `StructureCategory` (module `Evaluation`) by name, such as `contiguous-sparse`; nil when unknown.
  package var category: String?

  package init(
    chunk: Extent? = nil, shard: Extent? = nil, compression: ChunkCompression = .standard,
    content: StoreLayout.Content = .image, structure: String? = nil, category: String? = nil
  ) {
    self.chunk = chunk
    self.shard = shard
    self.compression = compression
    self.content = content
    self.structure = structure
    self.category = category
  }

  /// 64 voxels along every axis, less where the volume is smaller.
  package static func defaultChunk(for extent: Extent) -> Extent { Extent(64).clamped(to: extent) }

  /// Small shards for small volumes, so that there are enough of them for several ranks; larger ones for large
  /// volumes, so that a store never has more than about 20,000 files, which cluster file systems ask for.
  static func defaultShard(for extent: Extent, chunk: Extent) -> Extent {
    let choices = [Extent(1, 4, 4), Extent(2, 8, 8), Extent(4, 8, 8), Extent(8, 8, 8), Extent(16, 16, 16)]
    let largestCount = 16_384
    return choices.map { chunk * $0 }.first {
      extent.dividedRoundingUp(by: $0).checkedCount.map { $0 <= largestCount } ?? false
    } ?? chunk * choices[choices.count - 1]
  }

  /// The layout of the store for `extent` voxels of `type`.
  ///
  /// - Throws: `Fault.usage` when the shard is not a multiple of the chunk, or labels are not unsigned integers.
  package func layout(
    name: String, extent: Extent, type: VoxelType, voxelSizeInMicrometres: VoxelSize?
  ) throws -> StoreLayout {
    guard content == .image || type.isUnsignedInteger else {
      throw Fault.usage("labels must be unsigned integers, but the volume holds \(type.rawValue); leave out --labels")
    }
    let chunk = chunk ?? shard.map { Extent(64).clamped(to: $0) } ?? Self.defaultChunk(for: extent)
    let shard = shard ?? Self.defaultShard(for: extent, chunk: chunk)
    guard !chunk.isEmpty, (0..<3).allSatisfy({ shard[$0] % chunk[$0] == 0 && shard[$0] > 0 }) else {
      throw Fault.usage(
        "a shard of \(shard) voxels cannot be cut into chunks of \(chunk); choose a multiple of the chunk")
    }
    var attributes: [String: JSONValue] = [:]
    if let structure { attributes["structure"] = .string(structure) }
    if let category { attributes["category"] = .string(category) }
    return StoreLayout(
      name: name, extent: extent, voxelType: type, voxelSizeInMicrometres: voxelSizeInMicrometres, chunk: chunk,
      shard: shard, compression: compression, content: content, attributes: attributes)
  }
}
