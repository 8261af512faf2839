/// The shards of an array that hold nothing but fill value and so have no file, by their numbers in C order.
///
/// Kept and written as runs: the surroundings of an organ are few long ones.
package struct EmptyShards: Equatable, Sendable {
  /// Number of shards of the array.
  package let count: Int
  /// Ascending; neighbours do not touch.
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

  /// Joins `run` with all runs that it meets or touches.
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

  /// The first run that fulfils `condition`, which holds for all after it too.
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
      throw MetadataError("a list of the empty ones of \(count) shards was expected, found \(json.excerpt)")
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
