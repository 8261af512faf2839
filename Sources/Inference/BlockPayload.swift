import Components
import Files
import Foundation
import Jobs

/// What the journal keeps of a predicted block.
struct BlockPayload: Codable {
  var tilesEvaluated: Int
  var tilesSkipped: Int
  var foregroundVoxels: Int
  var components: ComponentCounts
  var emptyShards: [Int]

  func encoded() throws -> Data { try encodePayload(self) }

  static func decode(_ data: Data) throws -> BlockPayload {
    do {
      return try JSONDecoder().decode(BlockPayload.self, from: data)
    } catch {
      throw Fault.badData("the journal of sheaf infer is damaged: \(error); remove the output and start again")
    }
  }
}
