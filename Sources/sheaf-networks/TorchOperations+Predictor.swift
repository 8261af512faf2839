import Commands
import Files
import Inference
import Networks
import Torch

extension TorchOperations {
  /// The networks that `models` stand for, as an ensemble where they are several.
  ///
  /// - Parameter begun: the precision in which an earlier run began the output, if any.
  func predictor(
    _ models: [String], _ options: PredictionOptions, device: Device, _ context: RunContext,
    resuming begun: String? = nil
  ) throws -> ModelPredictor {
    // Before the first tensor, or libtorch starts threads that wait for work, busily.
    try LibTorch.setThreads(1)
    var predictor = try ModelPredictor(
      models.map(ShippedWeights().path).flatMap(modelFiles)
        .map { try Model.load($0, device: device, segmenting: true) },
      precision: options.precision.flatMap { Precision(rawValue: $0.rawValue) }, mirroring: options.mirror,
      foreground: options.foreground)
    if options.precision == nil, let begun { predictor.resume(in: begun) }
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

extension ChosenObjects {
  /// What is said of the choices that options leave in force; nil where they leave none.
  func text(used options: PredictionOptions) -> String? {
    text(withThreshold: options.threshold == nil, withSize: options.minVoxels == nil)
  }
}

extension InferenceSettings {
  /// - Parameter chosen: what the networks' validations chose, where the options do not say otherwise.
  /// - Throws: `Fault.usage` for what makes no sense together.
  init(_ options: PredictionOptions, _ chosen: ChosenObjects) throws {
    self.init()
    objects.connectivity = options.connectivity
    take(chosen, threshold: options.threshold, leastVoxels: options.minVoxels)
    structure = options.structure
    if let structure, !objectsOfStructures.isEmpty, objectsOfStructures[structure] == nil {
      throw Fault.usage(
        "--structure \(structure) is none of those that the network was validated on: "
          + "\(objectsOfStructures.keys.sorted().joined(separator: ", ")); correct it or leave it out")
    }
    tile = options.tileSize
    overlap = options.overlap
    keepsBackgroundTiles = options.keepBackgroundTiles
    resamples = !options.noResample
    try validate()
  }
}
