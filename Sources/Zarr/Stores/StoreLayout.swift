import Files
import Voxels

/// The layout of a store: everything that determines its metadata, and therefore everything but the voxels.
public struct StoreLayout: Sendable {
  /// The kind of data in a store, which determines how its levels are computed.
  package enum Content: String, Sendable {
    /// Intensities or probabilities: levels by the mean.
    case image = "mean"
    /// Object ids or classes: levels by the most frequent value.
    case labels = "mode"

    /// How a voxel of the next coarser level is computed.
    package var downsampling: Downsampling {
      switch self {
      case .image: .mean
      case .labels: .mode
      }
    }
  }

  package var name: String
  package var extent: Extent
  package var voxelType: VoxelType
  /// nil if unknown: written as scale 1 without a unit.
  package var voxelSizeInMicrometres: VoxelSize?
  /// The centre of the first voxel, (z, y, x); nil for the origin.
  package var originInMicrometres: [Double]?
  package var chunk: Extent
  /// A multiple of `chunk`; levels smaller than a shard get smaller shards.
  package var shard: Extent
  package var compression: ChunkCompression
  package var content: Content
  /// nil means the number of levels given by `levelExtents`.
  package var levelCount: Int?
  /// Sheaf's own attributes, stored under `sheaf` next to `ome`.
  package var attributes: [String: JSONValue]

  package init(
    name: String, extent: Extent, voxelType: VoxelType, voxelSizeInMicrometres: VoxelSize?,
    chunk: Extent = Extent(64), shard: Extent = Extent(512), compression: ChunkCompression = .standard,
    content: Content = .image, levelCount: Int? = nil, attributes: [String: JSONValue] = [:]
  ) {
    self.name = name
    self.extent = extent
    self.voxelType = voxelType
    self.voxelSizeInMicrometres = voxelSizeInMicrometres
    self.chunk = chunk
    self.shard = shard
    self.compression = compression
    self.content = content
    self.levelCount = levelCount
    self.attributes = attributes
  }

  /// The extents of the levels: halved, rounding up, until the volume fits into one chunk, so that the coarsest level
  /// can always be displayed at once. At most 24 levels.
  package static func levelExtents(of extent: Extent, chunk: Extent) -> [Extent] {
    var extents = [extent]
    while let last = extents.last, (0..<3).contains(where: { last[$0] > chunk[$0] }), extents.count < 24 {
      extents.append(last.halvedRoundingUp)
    }
    return extents
  }

  package var levelExtents: [Extent] {
    guard let levelCount else { return StoreLayout.levelExtents(of: extent, chunk: chunk) }
    return (1..<max(levelCount, 1)).reduce(into: [extent]) { extents, _ in
      extents.append(extents.last!.halvedRoundingUp)
    }
  }

  /// The shard shape of a level: for a small level, reduced to the whole chunks that cover it.
  package func shard(ofLevel level: Extent) -> Extent {
    let covered = level.dividedRoundingUp(by: chunk) * chunk
    return shard.clamped(to: covered)
  }

  /// - Throws: `Fault.usage` when the sizes are not compatible.
  package func metadata(ofLevel level: Extent) throws -> ArrayMetadata {
    guard !chunk.isEmpty, !shard.isEmpty, (0..<3).allSatisfy({ shard[$0] % chunk[$0] == 0 }) else {
      throw Fault.usage(
        "a shard of \(shard) voxels cannot be cut into chunks of \(chunk); choose a multiple of the chunk")
    }
    return try ArrayMetadata(
      extent: level, voxelType: voxelType, chunk: chunk, shard: shard(ofLevel: level), compression: compression)
  }
}
