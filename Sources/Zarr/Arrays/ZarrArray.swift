import Codecs
import Files
import Foundation
import Synchronization
import Voxels

private let arrayNumber = Atomic<Int>(0)

/// One array of Zarr v3, Zarr v2 or N5, seen as a volume: its axes z, y and x, wherever they are among the array's, at
/// fixed indices along the others.
///
/// Reads are positioned and touch only the files and chunks that intersect the requested region. Safe to use from many
/// threads at once.
public final class ZarrArray: Sendable {
  /// The directory of the array.
  package let path: String
  package let metadata: ArrayMetadata
  /// Where the volume lies in the array.
  package let axes: VolumeAxes
  package let extent: Extent
  /// The grid of chunks over the volume.
  package let chunks: Lattice
  /// The grid of files over the volume: shards, or chunks if the array is not sharded.
  package let shards: Lattice
  package let missingShards: MissingShards
  /// Distinguishes arrays in `OpenShards` and `DecodedChunks`, even those with the same path.
  let identity = arrayNumber.wrappingAdd(1, ordering: .relaxed).oldValue

  package var voxelType: VoxelType { metadata.voxelType }

  /// - Parameter axes: nil for the first channel and time point.
  /// - Throws: `Fault.badData` when the array's axes are not those of a volume, `Fault.usage` when `axes` do not select
  ///   one.
  package init(path: String, metadata: ArrayMetadata, axes: VolumeAxes? = nil, missingShards: MissingShards) throws {
    let axes = try axes ?? metadata.axes(path).volume(channel: 0, timePoint: 0)
    guard axes.fixed.count == metadata.shape.count, zip(axes.fixed, metadata.shape).allSatisfy({ $0 >= 0 && $0 < $1 })
    else {
      throw Fault.usage(
        "\(path) has \(metadata.shape) voxels: the indices \(axes.fixed) do not select a volume; choose another channel "
          + "or time point")
    }
    self.path = path
    self.metadata = metadata
    self.axes = axes
    self.missingShards = missingShards
    extent = axes.extent(of: metadata.shape)
    chunks = Lattice(extent: extent, cell: axes.extent(of: metadata.chunkShape))
    shards = Lattice(extent: extent, cell: axes.extent(of: metadata.fileShape))
  }

  deinit { OpenShards.shared.forget(array: identity) }

  func openShardKey(_ position: Coordinate) -> OpenShards.Key {
    OpenShards.Key(array: identity, shard: shards.index(of: position))
  }

  /// Whether directory `path` contains an array of any kind that `open` reads.
  ///
  /// - Throws: `Fault.badData` when its metadata is not valid JSON.
  package static func isArray(_ path: String) throws -> Bool {
    let metadataPath = joinPath(path, metadataName)
    if fileExists(metadataPath) {
      return try JSONValue(parsing: MetadataDocument.read(metadataPath), path: metadataPath)["node_type"] == "array"
    }
    return try fileExists(joinPath(path, Version2.arrayName)) || N5.attributes(path)["dimensions"] != nil
  }

  /// How many axes the array in directory `path` has, whatever it holds; nil when its metadata do not say.
  static func axisCount(_ path: String) throws -> Int? {
    for (name, member) in [(metadataName, "shape"), (Version2.arrayName, "shape"), (N5.attributesName, "dimensions")] {
      if let axes = try MetadataDocument.members(joinPath(path, name))[member]?.asArray { return axes.count }
    }
    return nil
  }

  /// Opens the array in directory `path`, of Zarr v3, Zarr v2 or N5.
  ///
  /// Absent shards have the fill value, unless a finished Sheaf store that contains the array records otherwise; but
  /// where there are files, at least one must be of the array's grid.
  ///
  /// - Throws: `Fault.noInput` when there is none, `Fault.badData` when its metadata is invalid or not supported.
  ///
  /// - Parameter axes: chooses the volume; the first channel and time point by default.
  package static func open(
    _ path: String,
    axes: (ArrayMetadata) throws -> VolumeAxes? = { _ in nil }
  ) throws -> ZarrArray {
    let metadataPath = joinPath(path, metadataName)
    let version2Path = joinPath(path, Version2.arrayName)
    let n5Path = joinPath(path, N5.attributesName)
    if !fileExists(metadataPath), fileExists(version2Path) || fileExists(n5Path) {
      let metadata =
        fileExists(version2Path)
        ? try ArrayMetadata(
          parsingVersion2: MetadataDocument.read(version2Path), attributes: Version2.attributes(path),
          path: version2Path)
        : try ArrayMetadata(parsingN5: MetadataDocument.read(n5Path), path: n5Path)
      let array = try ZarrArray(path: path, metadata: metadata, axes: axes(metadata), missingShards: .areEmpty)
      try array.requireChunkFiles()
      return array
    }
    guard fileExists(metadataPath) else {
      throw Fault.noInput(
        fileExists(path)
          ? "\(path) has no metadata of an array: expected zarr.json, .zarray or attributes.json in it; restore them"
          : "cannot read \(path): there is no such array")
    }
    let data = try MetadataDocument.read(metadataPath)
    let owner = StoreContents.store(around: path)
    let contents = try owner.flatMap { try StoreContents.read(ofStore: $0.store) }
    if let owner, let contents {
      // A changed shape or fill value would give wrong voxels even if every chunk is intact.
      let name = joinPath(owner.name, metadataName)
      if let difference = try contents.difference(ofMetadata: name, data, path: metadataPath) {
        throw Fault.badData(
          "\(metadataPath) \(difference); restore the file, or run sheaf verify --repair \(owner.store)")
      }
    }
    let metadata = try ArrayMetadata(parsing: data, path: metadataPath)
    func array(_ missing: MissingShards) throws -> ZarrArray {
      try ZarrArray(path: path, metadata: metadata, axes: axes(metadata), missingShards: missing)
    }
    guard let owner else {
      let foreign = try array(.areEmpty)
      try foreign.requireChunkFiles()
      return foreign
    }
    let unfinished = try array(.areUnfinished)
    guard let contents else { return unfinished }
    return try array(
      contents.missingShards(ofArray: owner.name, shardCount: unfinished.shards.count, store: owner.store))
  }

  /// Another volume of the same array.
  ///
  /// - Throws: `Fault.usage` when `axes` do not select one.
  package func view(_ axes: VolumeAxes) throws -> ZarrArray {
    try ZarrArray(path: path, metadata: metadata, axes: axes, missingShards: missingShards)
  }

  /// Creates the array in directory `path`, or opens it for writing if it already exists with the same metadata.
  ///
  /// - Throws: `Fault.cannotCreate` when another array exists there, or the directory cannot be written.
  package static func create(_ path: String, _ metadata: ArrayMetadata) throws -> ZarrArray {
    try MetadataDocument.publish(metadata.json, to: joinPath(path, metadataName))
    return try ZarrArray(path: path, metadata: metadata, missingShards: .areEmpty)
  }

  static let metadataName = "zarr.json"

  // MARK: Geometry of files and chunks

  /// The file of the shard at `position` of `shards`.
  package func shardPath(at position: Coordinate) -> String {
    let fixed = zip(axes.fixed, metadata.fileShape).map { $0 / $1 }
    return joinPath(path, metadata.keyEncoding.key(axes.placing(position, among: fixed)))
  }

  /// The index of a chunk within its shard, in the order of the shard; 0 where there are no shards.
  func indexInShard(ofChunk position: Coordinate) -> Int {
    guard case .shard(let sharding) = metadata.encoding else { return 0 }
    return sharding.number(
      ofChunkWith: axes.position(of: chunks.fullRegion(at: position).origin), inShard: metadata.fileShape)
  }

  /// Where a chunk is: its bytes in a file, or in the decoded contents of one; nil if the file does not contain it.
  ///
  /// - Throws: `CodecError` for an index entry that points outside the data, `Fault.badData` if the index of a nested
  ///   shard is damaged.
  func place(ofChunk position: Coordinate, of shard: OpenShard) throws -> (file: ReadableFile, range: Range<Int>)? {
    guard case .shard(var sharding) = metadata.encoding else { return (shard.file, 0..<shard.file.size) }
    let voxel = axes.position(of: chunks.fullRegion(at: position).origin)
    var (shape, open) = (metadata.fileShape, shard)
    while true {
      let number = sharding.number(ofChunkWith: voxel, inShard: shape)
      guard let range = try open.index?.range(ofChunk: number) else { return nil }
      guard case .shard(let inner) = sharding.content else { return (open.file, range) }
      shape = sharding.chunkShape
      open = try open.inner(in: range, inner, shape: shape, type: metadata.storedType)
      sharding = inner
    }
  }

  /// What is decoded at once to read one voxel: a chunk, or a shard that is compressed as a whole.
  package var decodedPiece: Extent { axes.extent(of: decodedShape) }
  /// The size of `decodedPiece` over all axes, in bytes.
  package var decodedByteCount: Int { decodedShape.reduce(voxelType.byteCount, *) }

  private var decodedShape: [Int] {
    var (encoding, shape) = (metadata.encoding, metadata.fileShape)
    while case .shard(let sharding) = encoding, sharding.outerCodecs.isEmpty {
      (encoding, shape) = (sharding.content, sharding.chunkShape)
    }
    return shape
  }

  /// The number of chunks in the index of one shard, over all axes.
  var chunkCountOfShard: Int {
    zip(metadata.fileShape, metadata.chunkShape).reduce(1) { $0 * ($1.0 / $1.1) }
  }

  /// The chunks of the shard at `position` that contain voxels of the volume, as a box of positions in `chunks`.
  package func chunkPositions(ofShard position: Coordinate) -> Region {
    chunks.positions(intersecting: shards.region(at: position))
  }
}
