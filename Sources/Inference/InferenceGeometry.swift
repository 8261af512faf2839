import Segmentation
import Voxels

/// Where the tiles of a volume lie, and how the work is divided. The tiles depend on the volume and the tile size alone and
/// determine the output; the division only determines which rank computes what.
package struct InferenceGeometry: Sendable {
  /// Anchored at the volume's origin; where the volume is thinner than a tile, the tile is cut to the thinnest that
  /// the network takes, and reaches beyond the volume by less than one multiple.
  package let tiles: TileLattice

  /// - Parameters:
  ///   - tile: the edges asked for; rounded up to what the network takes.
  ///   - multiple: every edge of a tile is a multiple of this.
  package init(volume: Extent, tile: Extent, multiple: Extent, overlap: Double) {
    func edge(_ axis: Int) -> Int {
      let wanted = min(tile[axis], volume[axis])
      return (wanted + multiple[axis] - 1) / multiple[axis] * multiple[axis]
    }
    tiles = TileLattice(extent: volume, tile: Extent(edge(0), edge(1), edge(2)), overlap: overlap)
  }

  package var volume: Extent { tiles.extent }

  /// Tiles evaluated when the volume is cut into `blocks`, each of which computes every tile that touches it, for each
  /// tile of the lattice. It is 1 for a single block.
  package func evaluationsPerTile(_ blocks: Lattice) -> Double {
    var ratio = 1.0
    for axis in 0..<3 {
      var evaluations = 0
      for block in 0..<blocks.counts[axis] {
        let start = block * blocks.cell[axis]
        let range = start..<min(start + blocks.cell[axis], volume[axis])
        evaluations += tiles.indices(intersecting: range, axis: axis).count
      }
      ratio *= Double(evaluations) / Double(tiles.counts[axis])
    }
    return ratio
  }

  /// Up to this many evaluations per tile are accepted: smaller blocks lose less when a run is interrupted.
  static let acceptableEvaluationsPerTile = 1.15

  /// The division that ends first on `ranks` ranks among those whose blocks fit in memory; nil when none does.
  ///
  /// - Parameter fits: whether a block of the given extent fits.
  package func division(shard: Extent, ranks: Int, fits: (Extent) -> Bool) -> Lattice? {
    func rounds(_ blocks: Lattice) -> Double {
      let busiest = Double((blocks.count + ranks - 1) / ranks) / Double(blocks.count)
      return busiest * max(evaluationsPerTile(blocks), InferenceGeometry.acceptableEvaluationsPerTile)
    }
    var best: Lattice?
    for candidate in BlockDivision.all(of: volume, shard: shard) where fits(candidate.cell.clamped(to: volume)) {
      if best.map({ rounds(candidate) <= rounds($0) }) ?? true { best = candidate }
    }
    return best
  }
}
