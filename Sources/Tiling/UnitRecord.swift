import Files
import Foundation

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
}
