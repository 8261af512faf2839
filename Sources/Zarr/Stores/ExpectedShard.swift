import Files

/// What a shard that is made again must be: what its store recorded when it was first written.
package enum ExpectedShard: Equatable, Sendable {
  case empty
  case digest(ShardDigest)

  /// - Parameter found: the digest of the shard made again; nil when it is empty.
  /// - Throws: `Fault.badData` when it is another one.
  func require(_ found: ShardDigest?, _ path: String) throws {
    let expected: String
    switch self {
    case .empty:
      if found == nil { return }
      expected = "an empty shard"
    case .digest(let digest):
      if found == digest { return }
      expected = "the digest \(digest.text)"
    }
    throw Fault.badData(
      "\(path) cannot be repaired: the store recorded \(expected), but the input gives "
        + "\(found.map { "the digest \($0.text)" } ?? "an empty shard"); the input is not the one that was tiled, or has "
        + "changed since, or the compression library has; the damaged file is left as it is")
  }
}
