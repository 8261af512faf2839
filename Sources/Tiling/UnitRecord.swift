import Files
import Foundation
import Jobs
import MPI
import Zarr

/// What a unit leaves in the journal: the shards that it found empty, by level and number.
struct UnitRecord: Codable, Equatable {
  var emptyShards: [EmptyShard] = []

  struct EmptyShard: Codable, Equatable {
    var level: Int
    var number: Int
  }

  func encoded() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return try encoder.encode(self)
  }

  static func decode(_ data: Data) throws -> UnitRecord {
    do {
      return try JSONDecoder().decode(UnitRecord.self, from: data)
    } catch {
      throw Fault.badData(
        "the journal of the store is damaged: a unit's record cannot be read; start again with --overwrite")
    }
  }

  /// The record of a unit that is shard `number` of `level`. `infer` up to version 0.1 wrote one byte, 1 for an empty
  /// shard.
  static func decode(_ data: Data, ofShard number: Int, level: Int) throws -> UnitRecord {
    if data.count > 1 { return try decode(data) }
    return UnitRecord(emptyShards: data == Data([1]) ? [EmptyShard(level: level, number: number)] : [])
  }

  func emptyShards(ofLevel level: Int, count: Int) -> EmptyShards {
    var empty = EmptyShards(count: count)
    for shard in emptyShards where shard.level == level { empty.insert(shard.number) }
    return empty
  }

  /// The empty shards of levels that are complete, on every rank. Collective.
  ///
  /// - Parameter records: of all units; used on rank 0.
  static func emptyShards(
    _ records: [UnitRecord], of store: Store, levels: Range<Int>, _ communicator: Communicator
  ) throws -> [EmptyShards] {
    let all = UnitRecord(emptyShards: try communicator.rootOnly { records.flatMap(\.emptyShards) })
    return levels.map { all.emptyShards(ofLevel: $0, count: store.levels[$0].shards.count) }
  }
}
