import Foundation
import Voxels

/// The weight of each overlapping tile in a voxel: a Gaussian about the tile's centre (`Blending.gaussian`), σ = tile / 8,
/// divided by the sum over all tiles that cover the voxel.
///
/// Weights are products of one factor an axis, and so is their sum over the tiles of a lattice: both are tables along
/// three axes, computed once for the whole lattice, where others add up a volume of counts. The last tile of an axis,
/// which is moved back and therefore overlaps more, is in the tables as it lies, so that the weights of every voxel add up
/// to 1 there too.
///
/// Along each axis the Gaussian has a floor of 1/1000 of its peak, so that a voxel that only the edge of
/// one tile covers is not divided by a vanishing sum. (MONAI's `sliding_window_inference` puts the same floor under the product of the
/// three, which is not separable: there, tiles count alike wherever the product falls below it, as it does within a
/// quarter of a tile of the volume's surface.)
package struct BlendingWeights: Sendable {
  /// Per axis, for each tile of the lattice, the weight of each of its voxels along that axis.
  private let tables: [[[Float]]]

  /// The minimum unnormalised weight.
  package static let floor = 1e-3

  package init(_ lattice: TileLattice, _ blending: Blending = .probabilities) {
    tables = (0..<3).map { axis in
      let tile = lattice.tile[axis]
      let raw = blending.gaussian(tile)
      let origins = (0..<lattice.counts[axis]).map { lattice.origin($0, axis: axis) }
      // Before the volume, where there is a margin or where the volume is smaller than a tile.
      let start = origins.first ?? 0
      var sums = [Double](repeating: 0, count: origins.last.map { $0 + tile - start } ?? 0)
      for origin in origins {
        for index in 0..<tile { sums[origin - start + index] += raw[index] }
      }
      return origins.map { origin in (0..<tile).map { Float(raw[$0] / sums[origin - start + $0]) } }
    }
  }

  /// The weights of tile number `index` along `axis`, one for each of its voxels.
  package func weights(_ index: Int, axis: Int) -> [Float] { tables[axis][index] }
}
