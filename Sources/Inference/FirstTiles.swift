import Segmentation
import Synchronization
import Voxels

/// The tiles that a rank evaluates first, to measure its memory on: where there are few tiles, made-up ones would take as
/// long as a good part of the work.
///
/// Each is read by itself, in a window of its size, so that what is measured is the memory of predicting. Values are kept
/// in `BlockPrediction.evaluatedBefore`; a tile that fails is left to its block, which tells where it is.
final class FirstTiles: Sendable {
  private struct State {
    /// The next tile to look at, in C order.
    var next = 0
    /// Tiles of the current layer that are not skipped.
    var wantedOfLayer = 0
    /// Those that wait for a thread; nil before the first one asks. Read together, so that all threads evaluate at once.
    var waiting: [Found]?
    /// What there is after them.
    var end = Found.none
  }
  private let prediction: BlockPrediction
  /// This rank, and how many share the tiles of a layer.
  private let rank: Int
  private let ranks: Int
  private let measured: Int
  private let state = Mutex(State())

  /// So many tiles are looked at for each that is evaluated: in air there may be none for long.
  private static let patience = 16
  /// With more tiles for each that is measured, made-up ones take little time, and nothing has to be read twice.
  private static let mostTilesPerMeasured = 100

  /// - Parameters:
  ///   - measured: tiles that every rank measures.
  ///   - rank: of those that share the tiles, `ranks`.
  /// - Returns: nil where there are many tiles.
  init?(_ prediction: BlockPrediction, measured: Int, rank: Int, of ranks: Int) {
    guard prediction.geometry.tiles.count <= Self.mostTilesPerMeasured * measured * ranks else { return nil }
    self.prediction = prediction
    self.rank = rank
    self.ranks = ranks
    self.measured = measured
  }

  /// Evaluates the next of them, on any thread.
  ///
  /// - Returns: false when there is none at hand; true, having done nothing, when this rank has evaluated all that there are.
  func evaluateNext() throws -> Bool {
    let found = try state.withLock { state in try takeFirst(&state) }
    switch found {
    case .none: return false
    case .all: return true
    case .tile(let position, let voxels):
      do {
        let region = prediction.geometry.tiles.region(at: position)
        let values = try voxels.withUnsafeBufferPointer { try prediction.stream.predict($0, region) }
        prediction.evaluatedBefore.keep(values, position)
      } catch is TileFailure {
        // Its block will come to it.
      }
      return true
    }
  }

  private enum Found {
    case none, all
    case tile(Coordinate, [Float])
  }

  private func takeFirst(_ state: inout State) throws -> Found {
    var waiting = try state.waiting ?? read(&state)
    let first = waiting.isEmpty ? state.end : waiting.removeFirst()
    state.waiting = waiting
    return first
  }

  private func read(_ state: inout State) throws -> [Found] {
    var found: [Found] = []
    while found.count < measured {
      let tile = try next(&state)
      guard case .tile = tile else {
        state.end = tile
        break
      }
      found.append(tile)
    }
    return found
  }

  private func next(_ state: inout State) throws -> Found {
    var looked = 0
    let tiles = prediction.geometry.tiles
    let perLayer = tiles.counts.y * tiles.counts.x
    while state.next < tiles.count {
      if looked >= Self.patience * ranks { return .none }
      let index = state.next
      if index % perLayer == 0 { state.wantedOfLayer = 0 }
      state.next += 1
      looked += 1
      let position = Coordinate(index / perLayer, index % perLayer / tiles.counts.x, index % tiles.counts.x)
      let stream = prediction.stream
      guard let voxels = try stream.voxelsIfWanted(tiles.region(at: position)) else { continue }
      defer { state.wantedOfLayer += 1 }
      guard state.wantedOfLayer % ranks == rank else { continue }
      return .tile(position, voxels)
    }
    return .all
  }
}

extension BlockPrediction {
  /// Of the whole volume as the network sees it.
  fileprivate var stream: BlockStream {
    let seen = resampled?.input ?? input
    var stream = BlockStream(
      input: seen, tiles: geometry.tiles, predictor: predictor, block: Region(seen.extent), slabDepth: 1,
      threshold: ProbabilityThreshold(settings.objects.threshold), threads: 1)
    if let resampled { stream.isWanted = { resampled.mayHoldSomething($0) } }
    return stream
  }
}

extension BlockStream {
  /// The normalised voxels of a tile; nil when it is skipped.
  fileprivate func voxelsIfWanted(_ region: Region) throws -> [Float]? {
    let inside = region.intersection(Region(input.extent))
    if !isWanted(inside) { return nil }
    let window = RawWindow(
      input, rows: inside.range(1), columns: inside.range(2), depth: inside.extent.z, firstPlane: inside.origin.z,
      padding: predictor.padding)
    try window.move(to: inside.range(0), threads: 1)
    if let background = input.background, window.isBackground(region, background) { return nil }
    return window.tile(region)
  }
}
