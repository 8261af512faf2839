import Jobs
import Networks
import Threads
import Torch
import Voxels

/// Predicts probabilities for tiles of normalised voxels.
public protocol TilePredictor: Sendable {
  /// Every edge of a tile must be a multiple of this.
  var tileMultiple: Extent { get }

  /// What tiles hold beyond a volume that is smaller: what the network was shown there when it was trained.
  var padding: Padding { get }

  /// The smallest tile, at least as large as `wanted` along every axis, that it takes. May take as long as some tiles.
  ///
  /// - Throws: `Fault.badData` when there is none.
  func tile(holding wanted: Extent) throws -> Extent

  /// The probability of foreground of each voxel, C order. A function of the tile alone; several threads predict at
  /// once.
  ///
  /// - Parameter tile: `extent.count` normalised voxels, C order.
  func predict(_ tile: UnsafeBufferPointer<Float>, extent: Extent) throws -> [Float]

  /// The most memory that this process takes apart from blocks when `threads` threads predict at once, in bytes:
  /// program, libraries, network, and the scratch of each thread. May take as long as some tiles.
  func memoryInBytes(tile: Extent, threads: Int) throws -> Int

  /// Called when no more tiles will be predicted: memory that was kept for them can go back to the system.
  func releaseMemory()
}

extension TilePredictor {
  public var padding: Padding { .background }

  public func tile(holding wanted: Extent) -> Extent {
    var tile = wanted
    for axis in 0..<3 { tile[axis] = (wanted[axis] + tileMultiple[axis] - 1) / tileMultiple[axis] * tileMultiple[axis] }
    return tile
  }

  public func releaseMemory() {}
}

/// A trained network. libtorch may sum in another order with another number of threads, so a tile is evaluated by one
/// thread, and tiles run side by side.
public struct ModelPredictor: TilePredictor {
  package let model: Model
  package let precision: Precision

  /// Sets libtorch to one thread an operator, for the whole process.
  ///
  /// - Parameter precision: what to compute in; nil for what the network was trained in.
  package init(_ model: Model, precision: Precision? = nil) throws {
    self.model = model
    self.precision = precision ?? model.description.precision
    LibTorch.keepFreedMemory()
    try LibTorch.setThreads(1)
  }

  /// The patch size it was trained with, (z, y, x).
  package var naturalTile: Extent {
    let crop = model.description.crop
    return Extent(crop[0], crop[1], crop[2])
  }

  public var tileMultiple: Extent {
    let multiple = model.tileMultiple
    return Extent(multiple[0], multiple[1], multiple[2])
  }

  public var padding: Padding { model.description.padding }

  public func tile(holding wanted: Extent) throws -> Extent {
    let edges = try model.tile(holding: [wanted.z, wanted.y, wanted.x])
    return Extent(edges[0], edges[1], edges[2])
  }

  public func predict(_ tile: UnsafeBufferPointer<Float>, extent: Extent) throws -> [Float] {
    try model.predict(tile, extent: [extent.z, extent.y, extent.x], precision: precision)
  }

  public func releaseMemory() { LibTorch.returnFreedMemory() }

  /// Predicts tiles of zeros and asks the system: what libraries load, which kernels they choose and how much scratch
  /// these take (a convolution may copy its input once for each of 27 weights) cannot be predicted. At a
  /// thread's second tile everything is loaded, so that all threads reach their peak at once.
  public func memoryInBytes(tile: Extent, threads: Int) throws -> Int {
    let zeros = [Float](repeating: 0, count: tile.count)
    for _ in 0..<2 {
      try parallelForEach(count: threads, threads: threads) { _ in
        _ = try zeros.withUnsafeBufferPointer { try predict($0, extent: tile) }
      }
    }
    return peakMemoryInBytes()
  }
}
