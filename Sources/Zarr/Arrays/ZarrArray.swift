import Files
import Foundation
import Synchronization
import Voxels

private let arrayNumber = Atomic<Int>(0)

/// One Zarr array seen as a volume: its last three axes, z, y, x, at fixed indices of the axes before them.
///
/// Reading is positioned and touches only the files and chunks that share voxels with the region asked for. Safe for
/// use from many threads at once.
package final class ZarrArray: Sendable {
  /// The directory of the array.
  package let path: String
  package let metadata: ArrayMetadata
  /// Where the axes before z, y, x are read; empty for three-dimensional arrays.
  package let leadingIndices: [Int]
  package let extent: Extent
  /// The volume cut into chunks.
  package let chunks: Lattice
  /// The volume cut into files: shards, or chunks where there are no shards.
  package let shards: Lattice
  package let missingShards: MissingShards
  /// Tells arrays apart in `OpenShards`, also those of one path.
  private let identity = arrayNumber.wrappingAdd(1, ordering: .relaxed).oldValue

  package var voxelType: VoxelType { metadata.voxelType }

  /// - Throws: `Fault.usage` when `leadingIndices` do not select one volume.
  package init(
    path: String, metadata: ArrayMetadata, leadingIndices: [Int] = [], missingShards: MissingShards
  ) throws {
    let leading = metadata.shape.dropLast(3)
    // Nothing chosen means the first channel and time point.
    let indices = leadingIndices.isEmpty ? [Int](repeating: 0, count: leading.count) : leadingIndices
    guard indices.count == leading.count, zip(indices, leading).allSatisfy({ $0 >= 0 && $0 < $1 }) else {
      throw Fault.usage(
        "\(path) has \(metadata.shape) voxels: the indices \(indices) do not select a volume; choose another channel "
          + "or time point")
    }
    self.path = path
    self.metadata = metadata
    self.leadingIndices = indices
    self.missingShards = missingShards
    extent = Extent(lastThreeOf: metadata.shape)
    chunks = Lattice(extent: extent, cell: Extent(lastThreeOf: metadata.chunkShape))
    shards = Lattice(extent: extent, cell: Extent(lastThreeOf: metadata.fileShape))
  }

  deinit { OpenShards.shared.forget(array: identity) }

  func openShardKey(_ position: Coordinate) -> OpenShards.Key {
    OpenShards.Key(array: identity, shard: shards.index(of: position))
  }

  /// Opens the array in directory `path`, of Zarr v3 or v2.
  ///
  /// Absent shards are fill value, unless a finished Sheaf store around the array knows better.
  ///
  /// - Throws: `Fault.noInput` when there is none, `Fault.badData` when its metadata cannot be understood.
  package static func open(_ path: String, leadingIndices: [Int] = []) throws -> ZarrArray {
    let metadataPath = joinPath(path, metadataName)
    let version2Path = joinPath(path, Version2.arrayName)
    if !fileExists(metadataPath), fileExists(version2Path) {
      let metadata = try ArrayMetadata(parsingVersion2: readMetadata(version2Path), path: version2Path)
      return try ZarrArray(path: path, metadata: metadata, leadingIndices: leadingIndices, missingShards: .areEmpty)
    }
    let data = try readMetadata(metadataPath)
    let owner = StoreContents.store(around: path)
    let contents = try owner.flatMap { try StoreContents.read(ofStore: $0.store) }
    if let owner, let contents {
      // A changed shape or fill value would give wrong voxels without any damaged chunk.
      if contents.matches(data, file: joinPath(owner.name, metadataName)) == false {
        throw Fault.badData(
          "\(metadataPath) is not what was written when the store was finished: its checksum differs; restore the file "
            + "or make the store again")
      }
    }
    let metadata = try ArrayMetadata(parsing: data, path: metadataPath)
    func array(_ missing: MissingShards) throws -> ZarrArray {
      try ZarrArray(path: path, metadata: metadata, leadingIndices: leadingIndices, missingShards: missing)
    }
    guard let owner else { return try array(.areEmpty) }
    let unfinished = try array(.areUnfinished)
    guard let contents else { return unfinished }
    return try array(
      contents.missingShards(ofArray: owner.name, shardCount: unfinished.shards.count, store: owner.store))
  }

  /// The same array at other indices of the axes before z, y, x.
  ///
  /// - Throws: `Fault.usage` when they do not select one volume.
  package func view(leadingIndices: [Int]) throws -> ZarrArray {
    try ZarrArray(path: path, metadata: metadata, leadingIndices: leadingIndices, missingShards: missingShards)
  }

  /// Makes the array in directory `path`, or opens it for writing when it is already there with the same metadata.
  ///
  /// - Throws: `Fault.cannotCreate` when there is another array, or the directory cannot be written.
  package static func create(_ path: String, _ metadata: ArrayMetadata) throws -> ZarrArray {
    try publishMetadata(metadata.json, to: joinPath(path, metadataName))
    return try ZarrArray(path: path, metadata: metadata, missingShards: .areEmpty)
  }

  static let metadataName = "zarr.json"

  // MARK: Geometry of files and chunks

  /// Chunks of a file along z, y, x.
  package var chunksPerShard: Extent {
    Extent(shards.cell.z / chunks.cell.z, shards.cell.y / chunks.cell.y, shards.cell.x / chunks.cell.x)
  }

  /// The file of the shard at `position` of `shards`.
  package func shardPath(at position: Coordinate) -> String {
    let leading = zip(leadingIndices, metadata.fileShape).map { $0 / $1 }
    return joinPath(path, metadata.keyEncoding.key(leading + [position.z, position.y, position.x]))
  }

  /// The number of a chunk in its shard's index, C order over all axes.
  func indexInShard(ofChunk position: Coordinate) -> Int {
    let perShard = chunksPerShard
    var index = 0
    for (axis, leadingIndex) in leadingIndices.enumerated() {
      let chunk = metadata.chunkShape[axis]
      let count = metadata.fileShape[axis] / chunk
      index = index * count + leadingIndex / chunk % count
    }
    let inside = Coordinate(position.z % perShard.z, position.y % perShard.y, position.x % perShard.x)
    return index * perShard.count + perShard.index(of: inside)
  }

  /// Chunks in the index of one shard, over all axes.
  var chunkCountOfShard: Int {
    zip(metadata.fileShape, metadata.chunkShape).reduce(1) { $0 * ($1.0 / $1.1) }
  }

  /// The chunks of the shard at `position` that hold voxels of the volume, as a box of positions in `chunks`.
  package func chunkPositions(ofShard position: Coordinate) -> Region {
    chunks.positions(intersecting: shards.region(at: position))
  }
}

extension Extent {
  fileprivate init(lastThreeOf shape: [Int]) {
    let last = Array(shape.suffix(3))
    self.init(last[0], last[1], last[2])
  }
}

/// Metadata documents beyond 64 MiB are refused.
func readMetadata(_ path: String) throws -> Data { try readWholeFile(path, limit: 64 << 20) }

/// Publishes a metadata document, its directory made; does nothing when the file already says the same.
///
/// - Throws: `Fault.cannotCreate` when another document is there.
func publishMetadata(_ json: JSONValue, to path: String) throws {
  let data = json.serialised()
  if fileExists(path) {
    // Compared as values: another program may have written the same with other spaces. Both are parsed, because the
    // number 2.0 is written, and read back, as the integer 2.
    guard try JSONValue(parsing: readMetadata(path), path: path) == JSONValue(parsing: data, path: path) else {
      throw Fault.cannotCreate(
        "\(path) belongs to another output with other settings; choose another path or --overwrite")
    }
    return
  }
  try createDirectory(parentDirectory(of: path))
  try publish(data, to: path)
}
