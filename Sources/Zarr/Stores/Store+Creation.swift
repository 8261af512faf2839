import Files
import Foundation
import Voxels

extension Store {
  /// Creates the directories and metadata of a store, or opens it for writing if they already exist and are identical.
  /// May be called by all ranks at once.
  ///
  /// The order matters to readers after a crash: first the mark that the store is Sheaf's and unfinished, last the
  /// group that makes it an image.
  ///
  /// - Throws: `Fault.cannotCreate` when another output exists there; `Fault.usage` when the sizes are not compatible.
  package static func create(_ path: String, _ layout: StoreLayout) throws -> Store {
    guard layout.voxelSizeInMicrometres?.isMeaningful != false else {
      throw Fault.usage(
        "\(path): the voxel size must be positive along every axis, found \(layout.voxelSizeInMicrometres!)")
    }
    let extents = layout.levelExtents
    let multiscale = Multiscale(
      name: nameOfBegun(path) ?? layout.name, voxelSizeInMicrometres: layout.voxelSizeInMicrometres,
      origin: layout.originInMicrometres, levelCount: extents.count, type: layout.content.rawValue)
    let metadata = try extents.map(layout.metadata(ofLevel:))
    let attributes = layout.groupAttributes(multiscale)
    try StoreMark.create(ownDirectory(of: path))
    let levels = try zip(multiscale.datasets, metadata).map { dataset, metadata in
      try ZarrArray.create(joinPath(path, dataset.path), metadata)
    }
    try GroupMetadata(attributes: attributes).create(path)
    return Store(
      path: path, multiscale: multiscale, levels: levels,
      axes: try multiscale.arrayAxes(shape: levels[0].metadata.shape, path: path), attributes: attributes)
  }

  /// The name that an unfinished store was given: by default it is that of the directory, which may have been renamed
  /// since.
  private static func nameOfBegun(_ path: String) -> String? {
    guard let group = try? GroupMetadata.open(path) else { return nil }
    return group.attributes["ome"]?["multiscales"]?.asArray?.first?["name"]?.asString
  }

  /// Marks the store as finished: from now on a shard without a file is an error unless listed here, and `verify`
  /// checks metadata and Sheaf's own files against what is recorded of them. Must be called once, after every shard of
  /// every level has been published, and as the last step of the command: every file in `ownDirectory` itself, whose
  /// subdirectories hold what is needed only while the command runs, is listed, and must not change any more.
  ///
  /// - Parameter shards: what became of the shards of each level.
  package func finish(_ shards: [WrittenShards]) throws {
    precondition(shards.count == levels.count, "expected one list of shards per level")
    var digests = ShardDigests()
    for (dataset, written) in zip(multiscale.datasets, shards) {
      digests.add(dataset.path, count: written.empty.count, written.digests)
    }
    try digests.publish(toStore: path)
    var metadata = [
      ZarrArray.metadataName: GroupMetadata(attributes: attributes).json,
      joinPath(PrivateDirectory.name, ZarrArray.metadataName): try StoreMark.document(in: ownDirectory),
    ]
    for (dataset, level) in zip(multiscale.datasets, levels) {
      metadata[joinPath(dataset.path, ZarrArray.metadataName)] = level.metadata.json
    }
    var files: [String: FileDigest] = [:]
    for name in try OutputContents.ownFiles(in: path) where metadata[name] == nil {
      files[name] = try FileDigest(of: joinPath(path, name))
    }
    let arrays = zip(multiscale.datasets, shards).map { ($0.path, $1.empty.json) }
    try StoreContents(arrays: Dictionary(uniqueKeysWithValues: arrays), metadata: metadata, files: files)
      .publish(toStore: path)
  }

  /// As `finish(_:)`, without digests.
  package func finish(emptyShards: [EmptyShards]) throws {
    try finish(emptyShards.map { WrittenShards(empty: $0) })
  }
}

extension StoreLayout {
  fileprivate func groupAttributes(_ multiscale: Multiscale) -> [String: JSONValue] {
    var ome: [String: JSONValue] = ["version": "0.5", "multiscales": [multiscale.json]]
    if content == .labels { ome["image-label"] = ["source": ["image": "../../"]] }
    var all: [String: JSONValue] = ["ome": .object(ome)]
    if !attributes.isEmpty { all["sheaf"] = .object(attributes) }
    return all
  }
}
