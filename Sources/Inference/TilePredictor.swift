import Networks
import Voxels

/// Predicts tiles of normalised voxels.
public protocol TilePredictor: Sendable {
  /// Every edge of a tile must be a multiple of this.
  var tileMultiple: Extent { get }

  /// What tiles hold beyond a volume that is smaller.
  var padding: Padding { get }

  /// The smallest tile, at least as large as `wanted` along every axis, that it takes. May take as long as some tiles.
  ///
  /// - Throws: `Fault.badData` when there is none.
  func tile(holding wanted: Extent) throws -> Extent

  /// What `predict` returns for a voxel, and how it is blended.
  var blending: Blending { get }

  /// What is blended, by default the probability of foreground of each voxel, C order; several values of all voxels follow
  /// each other. A function of the tile alone; several threads predict at once.
  ///
  /// - Parameter tile: `extent.count` normalised voxels, C order.
  /// - Throws: `OutputNotFinite` where it says nothing about a voxel.
  func predict(_ tile: UnsafeBufferPointer<Float>, extent: Extent) throws -> [Float]

  /// What a volume must resemble.
  var requirements: VolumeRequirements { get }

  /// The most memory that this process takes apart from blocks when `threads` threads predict at once, in bytes:
  /// program, libraries, network, and the scratch of each thread. May take as long as some tiles.
  func memoryInBytes(tile: Extent, threads: Int) throws -> Int

  /// As `memoryInBytes(tile:threads:)`, measured on tiles that have to be evaluated anyway.
  ///
  /// - Parameter evaluate: evaluates the next of them, on any thread; false when there is none, and a tile must be made up.
  func memoryInBytes(tile: Extent, threads: Int, evaluating evaluate: @Sendable () throws -> Bool) throws -> Int

  /// Called when no more tiles will be predicted: memory that was kept for them can go back to the system.
  func releaseMemory()

  /// What the plan should say about it.
  var planLines: [String] { get }
}

extension TilePredictor {
  public var padding: Padding { .mirror }
  public var blending: Blending { .probabilities }

  public func tile(holding wanted: Extent) -> Extent {
    var tile = wanted
    for axis in 0..<3 { tile[axis] = (wanted[axis] + tileMultiple[axis] - 1) / tileMultiple[axis] * tileMultiple[axis] }
    return tile
  }

  public var requirements: VolumeRequirements { VolumeRequirements() }
  public func releaseMemory() {}
  public func memoryInBytes(
    tile: Extent, threads: Int, evaluating evaluate: @Sendable () throws -> Bool
  ) throws -> Int {
    try memoryInBytes(tile: tile, threads: threads)
  }

  public var planLines: [String] { [] }
}
