import Inference
import Networks
import Torch
import Voxels

/// A network as `infer` will run it once it is saved.
struct NetworkInTraining: TilePredictor {
  private let predictor: ModelPredictor

  init(_ network: ResidualEncoderUNet, _ description: ModelDescription) {
    predictor = ModelPredictor(inTraining: Model(network, description))
  }

  var tileMultiple: Extent { predictor.tileMultiple }
  var padding: Padding { predictor.padding }
  var blending: Blending { predictor.blending }

  /// libtorch may sum in another order with another number of threads, and `infer` gives each tile one.
  func predict(_ tile: UnsafeBufferPointer<Float>, extent: Extent) throws -> [Float] {
    try LibTorch.onOneThread { try predictor.predict(tile, extent: extent) }
  }

  func memoryInBytes(tile: Extent, threads: Int) throws -> Int {
    try predictor.memoryInBytes(tile: tile, threads: threads)
  }
}
