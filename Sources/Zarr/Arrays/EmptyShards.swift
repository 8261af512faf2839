/// The shards of an array that hold nothing but fill value and so have no file, by their numbers in C order.
///
/// Written as runs: surroundings of an organ are few long runs.
package struct EmptyShards: Equatable, Sendable {
  /// Number of shards of the array.
  package let count: Int
  private var members: Set<Int> = []

  package init(count: Int) { self.count = count }

  package mutating func insert(_ shard: Int) {
    precondition((0..<count).contains(shard))
    members.insert(shard)
  }

  package mutating func formUnion(_ other: EmptyShards) {
    precondition(count == other.count)
    members.formUnion(other.members)
  }

  package func contains(_ shard: Int) -> Bool { members.contains(shard) }

  package var emptyCount: Int { members.count }

  /// `[[first, count], …]`
  package var json: JSONValue {
    var runs: [(first: Int, count: Int)] = []
    for shard in members.sorted() {
      if let last = runs.last, last.first + last.count == shard {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((shard, 1))
      }
    }
    return .object([
      "shards": .integer(count), "empty": .array(runs.map { [.integer($0.first), .integer($0.count)] }),
    ])
  }

  package init(_ json: JSONValue, count: Int) throws {
    self.init(count: count)
    guard json["shards"] == .integer(count), let runs = json["empty"]?.asArray else {
      throw MetadataError("a list of the empty ones of \(count) shards was expected, found \(json.excerpt)")
    }
    for run in runs {
      let pair = try run.integers("a run of empty shards", in: 0...count)
      guard pair.count == 2, pair[0] + pair[1] <= count else {
        throw MetadataError("a run of empty shards must lie within 0..<\(count), found \(run.excerpt)")
      }
      members.formUnion(pair[0]..<(pair[0] + pair[1]))
    }
  }
}

/// What a shard without a file means.
package enum MissingShards: Sendable {
  /// Fill value, as the Zarr specification has it: arrays of other programs, and arrays this job is writing.
  case areEmpty
  /// An error unless recorded as empty: arrays of finished stores (missing is not zero).
  case areLost(except: EmptyShards)
  /// An error: the store is Sheaf's and was never finished.
  case areUnfinished
}
