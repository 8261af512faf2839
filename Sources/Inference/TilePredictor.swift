import Jobs
import Networks
import Torch
import Voxels

/// What turns a tile of normalised voxels into probabilities.
package protocol TilePredictor: Sendable {
  /// Every edge of a tile must be a multiple of this.
  var tileMultiple: Extent { get }

  /// The probability of foreground of each voxel, C order. A function of the tile alone; several threads predict at
  /// once.
  ///
  /// - Parameter tile: `extent.count` normalised voxels, C order.
  func predict(_ tile: UnsafeBufferPointer<Float>, extent: Extent) throws -> [Float]

  /// What this process occupies apart from blocks, in bytes, once everything that predicting needs was used: program,
  /// libraries, network, and what a thread keeps for the next tile. Takes as long as a tile.
  func residentInBytes(tile: Extent) throws -> Int

  /// What predicting one tile takes beyond the tile and its probabilities, in bytes; an estimate from above.
  func memoryInBytes(tile: Extent) -> Int
}

/// A trained network. libtorch may sum in another order with another number of threads, so a tile is evaluated by one
/// thread, and tiles run side by side.
package struct ModelPredictor: TilePredictor {
  package let model: Model
  package let precision: Precision

  /// Sets libtorch to one thread an operator, for the whole process.
  ///
  /// - Parameter precision: what to compute in; nil for what the network was trained in.
  package init(_ model: Model, precision: Precision? = nil) throws {
    self.model = model
    self.precision = precision ?? model.description.precision
    Torch.keepFreedMemory()
    try Torch.setThreads(1)
  }

  /// The crops it was trained on.
  package var naturalTile: Extent {
    let crop = model.description.crop
    return Extent(crop[0], crop[1], crop[2])
  }

  package var tileMultiple: Extent {
    let multiple = model.tileMultiple
    return Extent(multiple[0], multiple[1], multiple[2])
  }

  package func predict(_ tile: UnsafeBufferPointer<Float>, extent: Extent) throws -> [Float] {
    try model.predict(tile, extent: [extent.z, extent.y, extent.x], precision: precision)
  }

  /// Predicts a tile of zeros and asks the system: what libraries load and what kernels they choose is not to be
  /// foretold.
  package func residentInBytes(tile: Extent) throws -> Int {
    let zeros = [Float](repeating: 0, count: tile.count)
    _ = try zeros.withUnsafeBufferPointer { try predict($0, extent: tile) }
    return residentMemoryInBytes()
  }

  /// The finest stage of a U-Net keeps its skip connection, a block's input and output and the concatenated decoder
  /// input at full resolution, about six tensors of that stage's features at its peak, and the scratch of a convolution.
  package func memoryInBytes(tile: Extent) -> Int {
    let features = model.description.architecture?.featuresPerStage.first ?? 32
    return 8 * features * tile.count * MemoryLayout<Float>.size
  }
}
