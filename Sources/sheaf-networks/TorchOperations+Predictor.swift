import Commands
import Files
import Inference
import Networks
import Torch

extension TorchOperations {
  /// The networks that `models` stand for, as an ensemble where they are several.
  func predictor(
    _ models: [String], _ options: PredictionOptions, device: Device, _ context: RunContext
  ) throws -> ModelPredictor {
    var predictor = try ModelPredictor(
      models.flatMap(modelFiles).map { try Model.load($0, device: device, segmenting: true) },
      precision: options.precision.flatMap { Precision(rawValue: $0.rawValue) }, mirroring: options.mirror,
      foreground: options.foreground)
    predictor.warn = { [console = context.console] in console.warn($0) }
    return predictor
  }

  /// Ranks of a node share its GPUs evenly.
  ///
  /// - Throws: `Fault.usage` when `--device cuda` was asked for and there is none.
  func device(_ option: DeviceOption, _ context: RunContext) throws -> Device {
    if option.device == .cpu { return .cpu }
    var count = 0
    while Device("cuda:\(count)").isAvailable { count += 1 }
    if count > 0 { return Device("cuda:\(context.localRank % count)") }
    guard option.device == .auto else {
      throw Fault.usage(
        "--device cuda was given, but libtorch \(LibTorch.loadedVersion) finds no GPU; give --device cpu")
    }
    return .cpu
  }
}

extension InferenceSettings {
  /// - Throws: `Fault.usage` for what makes no sense together.
  init(_ options: PredictionOptions) throws {
    self.init()
    tile = options.tileSize
    overlap = options.overlap
    objects.threshold = options.threshold
    objects.connectivity = options.connectivity
    objects.leastVoxels = options.minVoxels
    keepsBackgroundTiles = options.keepBackgroundTiles
    resamples = !options.noResample
    try validate()
  }
}
