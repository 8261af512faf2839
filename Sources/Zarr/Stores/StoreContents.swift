import Codecs
import Files
import Foundation

/// What a finished store contains beyond what Zarr can express: which shards are empty rather than lost, and the
/// checksums of its metadata files. It is the last file a job writes (`.sheaf/contents.json`), so its presence means
/// "finished".
///
/// ```json
/// { "arrays": { "0": { "shards": 12, "empty": [[0, 3], [9, 3]] } },
///   "files": { "zarr.json": "0x…", "0/zarr.json": "0x…" },
///   "checksum": "0x…" }
/// ```
/// `empty` lists runs of shard indices in C order; `checksum` is the CRC-32C of the document without that member.
struct StoreContents: Sendable {
  static let fileName = "contents.json"

  /// Keyed by the array's path relative to the store.
  let arrays: [String: JSONValue]
  /// CRC-32C, keyed by the file's path relative to the store.
  let files: [String: String]

  static func path(ofStore store: String) -> String { joinPath(PrivateDirectory.path(in: store), fileName) }

  /// nil if the store is not finished.
  ///
  /// - Throws: `Fault.badData` when the file is damaged.
  static func read(ofStore store: String) throws -> StoreContents? {
    let path = path(ofStore: store)
    guard fileExists(path) else { return nil }
    let json = try JSONValue(parsing: readMetadata(path), path: path)
    guard var members = json.asObject, case .string(let stored)? = members.removeValue(forKey: "checksum"),
      let arrays = members["arrays"]?.asObject, let files = members["files"]?.asObject,
      stored == checksumText(JSONValue.object(members).serialised())
    else {
      throw Fault.badData("\(path) is damaged: its checksum is wrong; restore the file or create the store again")
    }
    return StoreContents(arrays: arrays, files: files.compactMapValues(\.asString))
  }

  func publish(toStore store: String) throws {
    var members: [String: JSONValue] = [
      "arrays": .object(arrays), "files": .object(files.mapValues(JSONValue.string)),
    ]
    members["checksum"] = .string(checksumText(JSONValue.object(members).serialised()))
    try Files.publish(JSONValue.object(members).serialised(), to: StoreContents.path(ofStore: store))
  }

  /// Whether `data` is what the store's file `name` contained when the store was finished; nil if that was not
  /// recorded.
  func matches(_ data: Data, file name: String) -> Bool? {
    files[name].map { $0 == checksumText(data) }
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

extension StoreContents {
  /// Whether Sheaf wrote the store; other outputs of Sheaf also have a `.sheaf` directory, but there it is not a Zarr
  /// group.
  static func isSheafStore(_ path: String) -> Bool {
    let directory = PrivateDirectory.path(in: path)
    return fileExists(joinPath(directory, ZarrArray.metadataName)) || fileExists(joinPath(directory, fileName))
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

/// The CRC-32C of `data` as recorded in the store's list of files.
func checksumText(_ data: Data) -> String { "0x\(hexadecimal(crc32c(data)))" }
