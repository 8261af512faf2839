import Voxels

/// How the output is cut into chunks and shards: a function of the input store alone.
package enum OutputLayout {
  /// As few voxels across as shards can have without becoming too many files: a block owns whole shards, and small
  /// volumes should divide among ranks too.
  package static func shard(of extent: Extent, chunk: Extent) -> Extent {
    let choices = [Extent(1, 2, 2), Extent(2, 4, 4), Extent(4, 8, 8), Extent(8, 8, 8)]
    return choices.map { chunk * $0 }.first { extent.dividedRoundingUp(by: $0).count <= 4096 } ?? chunk * 8
  }

  /// The input's chunk, where its edges are ordinary.
  package static func chunk(of input: Extent, extent: Extent) -> Extent {
    let isOrdinary = (0..<3).allSatisfy { input[$0] <= 256 && (input[$0] >= 16 || input[$0] == extent[$0]) }
    return isOrdinary ? input : Extent(64)
  }
}
