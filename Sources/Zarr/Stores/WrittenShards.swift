/// What became of the shards of one array that a job has written: which are empty, and the digests of the others.
package struct WrittenShards: Equatable, Sendable {
  package var empty: EmptyShards
  /// By the shard's number in C order; shards written by versions before digests have none.
  package var digests: [Int: ShardDigest] = [:]

  package init(empty: EmptyShards, digests: [Int: ShardDigest] = [:]) {
    self.empty = empty
    self.digests = digests
  }

  package init(count: Int) { self.init(empty: EmptyShards(count: count)) }

  /// Enters what the writer of one shard has published.
  package mutating func insert(_ shard: Int, _ digest: ShardDigest?) {
    if let digest { digests[shard] = digest } else { empty.insert(shard) }
  }
}
