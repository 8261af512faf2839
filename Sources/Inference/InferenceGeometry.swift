import Segmentation
import Voxels

/// Where the tiles of a volume lie, and how the work is divided. The tiles depend on the volume and the tile size alone and
/// determine the output; the division only determines which rank computes what.
package struct InferenceGeometry: Sendable {
  /// Anchored at the volume's origin; the outermost tiles reach beyond the volume by `margin`, and where the volume is
  /// thinner than a tile, the only one does on both sides.
  package let tiles: TileLattice
  /// The tile that the user asked for, if any.
  let asked: Extent?
  /// From the grid of the tiles to that of the volume, where a network sees the volume resampled.
  var back: Resampling?

  /// Voxels by which tiles reach beyond the faces of a volume, at most, filled by `Padding`.
  ///
  /// The zeros that a convolution puts beyond a tile are as bright as the mean of the tissue. Within a volume another tile
  /// outweighs what a network makes of them. At a face there is none: where two faces meet in air, a network may see an edge
  /// of tissue and label the voxels along it. The convolutions of the finest level reach about as far; twice as many voxels
  /// remove no more.
  package static let margin = 4

  /// - Parameter tile: what the network takes.
  package init(
    volume: Extent, tile: Extent, overlap: Double, asked: Extent? = nil, spacing: TileLattice.Spacing = .fixed,
    margin: Int = Self.margin
  ) {
    tiles = TileLattice(extent: volume, tile: tile, overlap: overlap, spacing: spacing, margin: margin)
    self.asked = asked
  }

  /// The tiles of a volume for a network.
  ///
  /// A tile is as large as the crops that the network was trained on, also where the volume is smaller: there it is padded,
  /// as crops were. One that is asked for may be larger; it is cut to the volume, but not below those crops, since what lies
  /// beyond both would only cost time.
  ///
  /// - Parameters:
  ///   - asked: the tile that the user asked for, rounded up to what the network takes.
  ///   - natural: the crops that the network was trained on.
  /// - Throws: `Fault.badData` when the network takes no tile like that.
  package init(
    volume: Extent, asked: Extent?, natural: Extent, overlap: Double, predictor: any TilePredictor,
    margin: Int = Self.margin
  ) throws {
    var wanted = asked ?? natural
    for axis in 0..<3 { wanted[axis] = min(wanted[axis], max(volume[axis], natural[axis])) }
    self.init(
      volume: volume, tile: try predictor.tile(holding: wanted), overlap: overlap, asked: asked,
      spacing: predictor.blending.spacing, margin: margin)
  }

  /// The tiles of a volume as a network sees it.
  ///
  /// - Parameters:
  ///   - resampled: what is seen instead of `volume`, if anything.
  ///   - defaultTile: the tile when the settings give none.
  init(
    of volume: VolumeInput, resampled: ResampledVolume?, _ settings: InferenceSettings, defaultTile: Extent,
    predictor: any TilePredictor
  ) throws {
    try self.init(
      volume: resampled?.input.extent ?? volume.extent, asked: settings.tile, natural: defaultTile,
      overlap: settings.overlap, predictor: predictor, margin: settings.margin)
    back = resampled?.back
  }

  /// What the plan says about the tiles.
  var description: String {
    let edges = tiles.tile
    var text = "\(tiles.count) \(tiles.count == 1 ? "tile" : "tiles") of \(edges)"
    if let asked, asked != edges { text += " (\(asked) asked for)" }
    text += (tiles.spacing == .fixed ? ", stride" : ", spread evenly, stride up to") + " \(tiles.stride)"
    let margin = (0..<3).map { tiles.margin[$0] }.max()!
    return margin > 0 ? text + ", reaching up to \(margin) beyond the volume" : text
  }

  /// The axes along which the volume is smaller than a tile, for people; nil when there are none.
  var paddedAxes: String? {
    let names = (0..<3).filter { tiles.extent[$0] < tiles.tile[$0] }.map { ["z", "y", "x"][$0] }
    return names.isEmpty ? nil : names.joined(separator: ", ")
  }

  package var volume: Extent { back?.target ?? tiles.extent }

  /// Tiles evaluated when the volume is cut into `blocks`, each of which computes every tile that touches it, for each
  /// tile of the lattice. It is 1 for a single block.
  package func evaluationsPerTile(_ blocks: Lattice) -> Double {
    var ratio = 1.0
    for axis in 0..<3 {
      var evaluations = 0
      for block in 0..<blocks.counts[axis] {
        let start = block * blocks.cell[axis]
        let range = start..<min(start + blocks.cell[axis], volume[axis])
        let seen = back.map { $0.axes[axis].sources(of: range) } ?? range
        evaluations += tiles.indices(intersecting: seen, axis: axis).count
      }
      ratio *= Double(evaluations) / Double(tiles.counts[axis])
    }
    return ratio
  }

  /// Tiles that touch a block.
  private func evaluations(_ blocks: Lattice, _ index: Int) -> Int {
    let block = blocks.region(index)
    return (0..<3).map { axis in
      let seen = back.map { $0.axes[axis].sources(of: block.range(axis)) } ?? block.range(axis)
      return tiles.indices(intersecting: seen, axis: axis).count
    }.reduce(1, *)
  }

  /// Whether the ranks end sooner when they take `shared` one block after the other, and share out its tiles, than when
  /// each takes blocks of `own`.
  package func isSharedBetter(_ shared: Lattice, than own: Lattice, ranks: Int) -> Bool {
    // More blocks go round well enough.
    guard ranks > 1, own.count < 8 * ranks else { return false }
    var loads = [Int](repeating: 0, count: ranks)
    for index in 0..<own.count {
      let rank = loads.indices.min { (loads[$0], $0) < (loads[$1], $1) }!
      loads[rank] += evaluations(own, index)
    }
    let evaluations = evaluationsPerTile(shared) * Double(tiles.count)
    return evaluations * (1 / Double(ranks) + Self.exchangeShare) < 0.95 * Double(loads.max()!)
  }

  /// What it takes every rank to receive and add a tile that another has evaluated, as a share of evaluating it.
  private static let exchangeShare = 0.01

  /// Up to this many evaluations per tile are accepted: smaller blocks lose less when a run is interrupted. Of a few tiles
  /// there is little to lose.
  private func acceptableEvaluationsPerTile(ranks: Int) -> Double { tiles.count <= 64 * ranks ? 1 : 1.15 }

  /// The division that ends first on `ranks` ranks among those whose blocks fit in memory; nil when none does.
  ///
  /// - Parameter fits: whether a block of the given extent fits.
  package func division(shard: Extent, ranks: Int, fits: (Extent) -> Bool) -> Lattice? {
    func rounds(_ blocks: Lattice) -> Double {
      let busiest = Double((blocks.count + ranks - 1) / ranks) / Double(blocks.count)
      return busiest * max(evaluationsPerTile(blocks), acceptableEvaluationsPerTile(ranks: ranks))
    }
    var best: Lattice?
    for candidate in BlockDivision.all(of: volume, shard: shard) where fits(candidate.cell.clamped(to: volume)) {
      if best.map({ rounds(candidate) <= rounds($0) }) ?? true { best = candidate }
    }
    return best
  }
}
