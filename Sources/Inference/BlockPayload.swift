import Components
import Files
import Foundation
import Jobs
import Tiling

/// What the journal keeps of a predicted block.
struct BlockPayload: Codable {
  var tilesEvaluated: Int
  var tilesSkipped: Int
  var foregroundVoxels: Int
  var components: ComponentCounts
  /// In journals of versions before digests.
  var emptyShards: [Int]?
  var shards: UnitRecord?

  /// The shards of level 0 that the block owns.
  var written: UnitRecord { shards ?? UnitRecord(emptyShards: emptyShards ?? []) }

  func encoded() throws -> Data { try encodePayload(self) }

  static func decode(_ data: Data) throws -> BlockPayload {
    do {
      return try JSONDecoder().decode(BlockPayload.self, from: data)
    } catch {
      throw Fault.badData(
        "the journal of sheaf infer is damaged: \(plainText(of: error)); remove the output and start again")
    }
  }
}
