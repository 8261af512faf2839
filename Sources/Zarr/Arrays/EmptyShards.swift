import Files

/// The shards of an array that contain only the fill value and therefore have no file, by their indices in C order.
///
/// Stored and written as runs: the background around an organ consists of a few long ones.
package struct EmptyShards: Equatable, Sendable {
  /// The number of shards in the array.
  package let count: Int
  /// Ascending, and never adjacent.
  private var runs: [Range<Int>] = []

  package init(count: Int) { self.count = count }

  package mutating func insert(_ shard: Int) {
    precondition((0..<count).contains(shard))
    insert(shard..<shard + 1)
  }

  package mutating func formUnion(_ other: EmptyShards) {
    precondition(count == other.count)
    for run in other.runs { insert(run) }
  }

  package func contains(_ shard: Int) -> Bool {
    let next = firstRun { $0.upperBound > shard }
    return next < runs.count && runs[next].contains(shard)
  }

  package var emptyCount: Int { runs.reduce(0) { $0 + $1.count } }

  /// Merges `run` with all runs that it overlaps or touches.
  private mutating func insert(_ run: Range<Int>) {
    if run.isEmpty { return }
    let first = firstRun { $0.upperBound >= run.lowerBound }
    let end = firstRun { $0.lowerBound > run.upperBound }
    var joined = run
    if first < end {
      joined = min(run.lowerBound, runs[first].lowerBound)..<max(run.upperBound, runs[end - 1].upperBound)
    }
    runs.replaceSubrange(first..<end, with: [joined])
  }

  /// The index of the first run that satisfies `condition`, which must then hold for all later ones too.
  private func firstRun(where condition: (Range<Int>) -> Bool) -> Int {
    var (low, high) = (0, runs.count)
    while low < high {
      let middle = (low + high) / 2
      if condition(runs[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// `{"shards": count, "empty": [[first, count], …]}`
  package var json: JSONValue {
    .object([
      "shards": .integer(count),
      "empty": .array(runs.map { .array([.integer($0.lowerBound), .integer($0.count)]) }),
    ])
  }

  init(_ json: JSONValue, count: Int) throws {
    self.init(count: count)
    guard json["shards"] == .integer(count), let list = json["empty"]?.asArray else {
      throw MetadataError("expected the list of empty shards among \(count), found \(json.excerpt)")
    }
    for item in list {
      let pair = try item.integers("a run of empty shards", in: 0...count)
      guard pair.count == 2, pair[1] <= count - pair[0] else {
        throw MetadataError("a run of empty shards must lie within 0..<\(count), found \(item.excerpt)")
      }
      insert(pair[0]..<(pair[0] + pair[1]))
    }
  }
}
