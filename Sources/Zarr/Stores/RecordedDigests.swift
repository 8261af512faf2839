import Files
import Voxels

/// Tells whether sound shards are the ones that were written, in their places: by the digests their stores recorded.
struct RecordedDigests: Sendable {
  /// By the path of the array.
  private var records: [String: (digests: ShardDigests, name: String)] = [:]
  private(set) var storesWithout: [String] = []

  /// Damage to the file of digests is found with that of all other files, by its checksum.
  init(of arrays: [ZarrArray]) {
    var stores: [String: ShardDigests?] = [:]
    for array in arrays where records[array.path] == nil {
      guard let owner = StoreContents.store(around: array.path) else { continue }
      if stores[owner.store] == nil { stores[owner.store] = .some(try? ShardDigests.read(ofStore: owner.store)) }
      var withDigest = 0
      if case .some(.some(let digests)) = stores[owner.store] {
        records[array.path] = (digests, owner.name)
        withDigest = digests.count(of: owner.name)
      }
      // A store that an earlier version began and this one finished has digests of some.
      if fileExists(StoreContents.path(ofStore: owner.store)), owner.store != storesWithout.last,
        withDigest < shardsWithFile(array)
      {
        storesWithout.append(owner.store)
      }
    }
  }

  /// How many shards are not empty, as far as the finished store knows.
  private func shardsWithFile(_ array: ZarrArray) -> Int {
    guard case .areLost(let empty) = array.missingShards else { return array.shards.count }
    return array.shards.count - empty.emptyCount
  }

  /// The finding when the shard at `position` is another one than was written there.
  func verify(_ array: ZarrArray, at position: Coordinate) throws -> [Finding] {
    let number = array.shards.index(of: position)
    guard array.axes.isWholeArray, let record = records[array.path],
      let expected = record.digests.digest(ofShard: number, of: record.name)
    else { return [] }
    let found = try array.digest(ofShardAt: position)
    if found == expected { return [] }
    let path = array.shardPath(at: position)
    return [
      Finding(
        path: path,
        message: "\(path) is intact, but it is not the shard that was written there: expected the digest "
          + "\(expected.text), found \(found?.text ?? "no file"); another shard was put in its place, or the file was "
          + "restored from another store; restore the right one, or give verify --repair-from INPUT")
    ]
  }
}
