import Voxels

/// How a volume may be divided into blocks of whole shards.
package enum BlockDivision {
  /// All divisions, coarsest first: each cuts the blocks of the one before in two along their longest edge, in whole
  /// shards. Every division has another number of blocks, so the number names the division.
  package static func all(of volume: Extent, shard: Extent) -> [Lattice] {
    var edges = volume.dividedRoundingUp(by: shard)
    var result: [Lattice] = []
    while true {
      let lattice = Lattice(extent: volume, cell: edges * shard)
      if result.last.map({ $0.count < lattice.count }) ?? true { result.append(lattice) }
      let axes = [0, 1, 2].filter { edges[$0] > 1 }
      guard let longest = axes.max(by: { edges[$0] * shard[$0] < edges[$1] * shard[$1] }) else { return result }
      edges[longest] = (edges[longest] + 1) / 2
    }
  }
}
