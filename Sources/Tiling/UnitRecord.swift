import Files
import Foundation
import Jobs
import MPI
import Zarr

/// What a unit leaves in the journal: the shards that it found empty, by level and number, and the digests of the others.
package struct UnitRecord: Codable, Equatable, Sendable {
  var emptyShards: [EmptyShard] = []
  /// Nil in journals of versions before digests.
  var digests: [DigestOfShard]?

  /// The digest of the voxels that the unit read (`VoxelDigest`); nil in journals of versions before digests, and where
  /// units do not read an input.
  var voxels: UInt64?
  /// Shards that were made again and are not what they were, as sentences; not kept in the journal.
  var refusals: [String] = []

  private enum CodingKeys: CodingKey {
    case emptyShards, digests, voxels
  }

  struct EmptyShard: Codable, Equatable, Sendable {
    var level: Int
    var number: Int
  }

  struct DigestOfShard: Codable, Equatable, Sendable {
    var level: Int
    var number: Int
    var digest: ShardDigest
  }

  package init() {}

  /// Of one shard.
  package init(shard number: Int, level: Int, digest: ShardDigest?) { insert(number, level: level, digest) }

  /// Enters a published shard; one without digest is empty.
  mutating func insert(_ number: Int, level: Int, _ digest: ShardDigest?) {
    if let digest {
      digests = digests ?? []
      digests!.append(DigestOfShard(level: level, number: number, digest: digest))
    } else {
      emptyShards.append(EmptyShard(level: level, number: number))
    }
  }

  package mutating func append(_ other: UnitRecord) {
    emptyShards += other.emptyShards
    refusals += other.refusals
    guard let more = other.digests else { return }
    digests = digests ?? []
    digests!.append(contentsOf: more)
  }

  package func encoded() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // The order in which shards were published depends on how the unit passed through memory.
    var sorted = self
    sorted.emptyShards.sort { ($0.level, $0.number) < ($1.level, $1.number) }
    sorted.digests?.sort { ($0.level, $0.number) < ($1.level, $1.number) }
    return try encoder.encode(sorted)
  }

  package static func decode(_ data: Data) throws -> UnitRecord {
    do {
      return try JSONDecoder().decode(UnitRecord.self, from: data)
    } catch {
      throw Fault.badData(
        "the journal of the store is damaged: a unit's record cannot be read; start again with --overwrite")
    }
  }

  /// The record of a unit that is shard `number` of `level`. `infer` up to version 0.1 wrote one byte, 1 for an empty
  /// shard.
  package static func decode(_ data: Data, ofShard number: Int, level: Int) throws -> UnitRecord {
    if data.count > 1 { return try decode(data) }
    var record = UnitRecord()
    if data == Data([1]) { record.emptyShards = [EmptyShard(level: level, number: number)] }
    return record
  }

  /// The record of a block's shards of level 0. Versions before digests wrote the numbers of the empty ones.
  package static func decodeBlock(_ data: Data) throws -> UnitRecord {
    guard let empty = try? JSONDecoder().decode([Int].self, from: data) else { return try decode(data) }
    return UnitRecord(emptyShards: empty)
  }

  /// - Parameter emptyShards: numbers in level 0.
  package init(emptyShards: [Int]) { self.emptyShards = emptyShards.map { EmptyShard(level: 0, number: $0) } }

  package func shards(ofLevel level: Int, count: Int) -> WrittenShards {
    var shards = WrittenShards(count: count)
    for shard in emptyShards where shard.level == level { shards.insert(shard.number, nil) }
    for shard in digests ?? [] where shard.level == level { shards.insert(shard.number, shard.digest) }
    return shards
  }

  /// The shards of levels that are complete, on every rank. Collective.
  ///
  /// - Parameter records: of all units; used on rank 0.
  package static func shards(
    _ records: [UnitRecord], of store: Store, levels: Range<Int>, _ communicator: Communicator
  ) throws -> [WrittenShards] {
    let all = try communicator.rootOnly { records.reduce(into: UnitRecord()) { $0.append($1) } }
    return levels.map { all.shards(ofLevel: $0, count: store.levels[$0].shards.count) }
  }
}
