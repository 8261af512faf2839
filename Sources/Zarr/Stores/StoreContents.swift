import Files
import Foundation

/// What a finished store contains beyond what Zarr can express: which shards are empty rather than lost, and what its
/// metadata said when it was finished. These are members of `OutputContents`, beside the digests of Sheaf's own files.
///
/// ```json
/// { "kind": "store",
///   "arrays": { "0": { "shards": 12, "empty": [[0, 3], [9, 3]] } },
///   "metadata": { "zarr.json": {…}, "0/zarr.json": {…} },
///   "files": { ".sheaf/settings.json": {…}, … } }
/// ```
/// `empty` lists runs of shard indices in C order.
///
/// `metadata` holds the documents themselves, for two reasons: other programs may add attributes and consolidate
/// metadata, so what counts is that everything Sheaf wrote is still there; and a lost document can be written again.
/// Stores of older versions list the metadata files with their checksums under `files`.
struct StoreContents: Sendable {
  /// Keyed by the array's path relative to the store.
  let arrays: [String: JSONValue]
  /// Keyed by the document's path relative to the store.
  let metadata: [String: JSONValue]
  /// Digests of other files, keyed by their path relative to the store.
  let files: [String: FileDigest]

  init(arrays: [String: JSONValue], metadata: [String: JSONValue], files: [String: FileDigest]) {
    self.arrays = arrays
    self.metadata = metadata
    self.files = files
  }

  /// Another kind of output has no arrays of its own.
  init(_ contents: OutputContents) {
    arrays = contents.members["arrays"]?.asObject ?? [:]
    metadata = contents.members["metadata"]?.asObject ?? [:]
    files = contents.files
  }

  static func path(ofStore store: String) -> String { OutputContents.path(in: store) }

  /// nil if the store is not finished.
  ///
  /// - Throws: `Fault.badData` when the file is damaged.
  static func read(ofStore store: String) throws -> StoreContents? {
    try OutputContents.read(in: store).map(StoreContents.init)
  }

  func publish(toStore store: String) throws {
    try OutputContents(
      kind: .store, files: files, members: ["arrays": .object(arrays), "metadata": .object(metadata)]
    ).publish(in: store)
  }

  /// What differs in the metadata document `name`, whose bytes are `data`, from what it said when the store was
  /// finished, as words that follow its path; nil when nothing does, or it was not recorded.
  ///
  /// Members that other programs added do not count.
  func difference(ofMetadata name: String, _ data: Data, path: String) throws -> String? {
    let changed = "has changed since the store was finished"
    if let recorded = metadata[name] {
      return recorded.isContained(in: try JSONValue(parsing: data, path: path)) ? nil : changed
    }
    guard let digest = files[name], digest.checksum != crc32c(data) else { return nil }
    // An older store: without what others may have added, the document is what Sheaf wrote.
    let json = try JSONValue(parsing: data, path: path)
    return crc32c(writtenBySheaf(json).serialised()) == digest.checksum ? nil : "\(changed): its checksum differs"
  }

  /// - Throws: `Fault.badData` when the group's document is not what it was when the store was finished: another scale
  ///   would give wrong sizes even if every voxel is intact.
  static func requireGroup(ofStore store: String) throws {
    let path = joinPath(store, ZarrArray.metadataName)
    guard isSheafStore(store), fileExists(path), let contents = try read(ofStore: store),
      let difference = try contents.difference(
        ofMetadata: ZarrArray.metadataName, MetadataDocument.read(path), path: path)
    else { return }
    throw Fault.badData("\(path) \(difference); restore the file, or run sheaf verify --repair \(store)")
  }

  /// The meaning of an absent shard of array `name`.
  func missingShards(ofArray name: String, shardCount: Int, store: String) throws -> MissingShards {
    guard let json = arrays[name] else { return .areEmpty }
    do {
      return .areLost(except: try EmptyShards(json, count: shardCount))
    } catch let error as MetadataError {
      throw Fault.badData("\(StoreContents.path(ofStore: store)) does not fit array \(name): \(error.message)")
    }
  }
}

extension Store {
  /// Writes metadata documents that were lost or changed again, from what a finished store recorded of them; what other
  /// programs had added to such a document is lost. The list of labels is made from the labels that are there.
  ///
  /// - Returns: the paths of the documents. Nothing for stores of versions that recorded checksums alone.
  /// - Throws: `Fault.badData` when the record itself is damaged.
  package static func restoreMetadata(of store: String) throws -> [String] {
    var restored: [String] = []
    func restore(_ document: JSONValue, at path: String) throws {
      let found = (try? MetadataDocument.read(path)).flatMap { try? JSONValue(parsing: $0, path: path) }
      if let found, document.isContained(in: found) { return }
      try createDirectory(parentDirectory(of: path))
      try publish(document.serialised(), to: path)
      restored.append(path)
    }
    guard let contents = try StoreContents.read(ofStore: store) else { return [] }
    for (name, document) in contents.metadata.sorted(by: { $0.key < $1.key }) {
      try restore(document, at: joinPath(store, name))
    }
    let labels = joinPath(store, "labels")
    guard isDirectory(labels) else { return restored }
    let names = try directoryEntries(labels).filter { StoreContents.isSheafStore(joinPath(labels, $0)) }
    for name in names { restored += try restoreMetadata(of: joinPath(labels, name)) }
    if !names.isEmpty { try restore(labelsGroup(names), at: joinPath(labels, ZarrArray.metadataName)) }
    return restored
  }
}

/// A metadata document without members that Sheaf does not write.
private func writtenBySheaf(_ json: JSONValue) -> JSONValue {
  func only(_ names: [String], of object: JSONValue?) -> JSONValue? {
    object?.asObject.map { .object($0.filter { names.contains($0.key) }) }
  }
  if json["node_type"] == "array" {
    guard var array = (try? ArrayMetadata(json))?.json.asObject else { return json }
    array["attributes"] = [:]
    return .object(array)
  }
  guard var group = only(["zarr_format", "node_type", "attributes"], of: json)?.asObject,
    var attributes = only(["ome", "sheaf"], of: group["attributes"])?.asObject
  else { return json }
  attributes["ome"] = only(["version", "multiscales", "image-label", "labels"], of: attributes["ome"])
  group["attributes"] = .object(attributes)
  return .object(group)
}

extension StoreContents {
  /// Whether Sheaf wrote the store; other outputs of Sheaf also have a `.sheaf` directory, but there it is not a Zarr
  /// group.
  static func isSheafStore(_ path: String) -> Bool {
    let directory = PrivateDirectory.path(in: path)
    return fileExists(joinPath(directory, ZarrArray.metadataName))
      || fileExists(joinPath(directory, OutputContents.fileName))
  }

  /// The Sheaf store that contains an array: the nearest directory above it that is one.
  static func store(around arrayPath: String) -> (store: String, name: String)? {
    var parts = arrayPath.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
    var name: [String] = []
    let root = arrayPath.hasPrefix("/") ? "/" : ""
    for _ in 0..<3 {
      guard let last = parts.popLast() else { return nil }
      name.insert(last, at: 0)
      let store = parts.isEmpty && root.isEmpty ? "." : root + parts.joined(separator: "/")
      if isSheafStore(store) {
        return (store, name.joined(separator: "/"))
      }
    }
    return nil
  }
}
