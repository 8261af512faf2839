import Commands
import Files
import Foundation
import Inference
import Jobs
import Networks
import Tiling
import Torch

extension TorchOperations {
  func infer(_ command: InferCommand) throws {
    let context = try RunContext.start(command.reporting, command.execution, overwrite: command.overwrite.isSet)
    var settings = InferenceSettings()
    settings.tile = command.tileSize
    settings.overlap = command.overlap
    settings.objects.threshold = command.threshold
    settings.withLabels = !command.noLabels
    settings.objects.labelName = command.labels
    settings.objects.connectivity = command.connectivity
    settings.objects.leastVoxels = command.minVoxels
    settings.keepsBackgroundTiles = command.keepBackgroundTiles
    settings.resamples = !command.noResample
    try settings.validate()
    let (predictor, resolved) = try context.communicator.everyRank {
      let device = try device(command.deviceOption, context)
      let files = try command.model.flatMap(modelFiles)
      var predictor = try ModelPredictor(
        files.map { try Model.load($0, device: device, segmenting: true) },
        precision: command.precision.flatMap { Precision(rawValue: $0.rawValue) }, mirroring: command.mirror)
      predictor.warn = { [console = context.console] in console.warn($0) }
      var resolved = context.resolvedSettings(command: "infer")
      resolved.add("precision", predictor.precisionText)
      resolved.add("device", device.isCPU ? "cpu" : "cuda")
      for (name, value) in predictor.settings { resolved.add(name, value) }
      for member in predictor.members {
        try resolved.add(input: "model", path: member.path, files: member.files)
      }
      try resolved.add(input: "store", store: command.store)
      return (predictor, resolved)
    }
    let start = secondsSinceBoot()
    let summary = try Inference.infer(
      command.store, to: command.outputPath, readingAlso: command.model + predictor.members.flatMap(\.files),
      predictor: predictor, defaultTile: predictor.naturalTile(asked: command.tileSize), settings: settings,
      objectsPath: command.objects, resolved: resolved, communicator: context.communicator,
      jobSettings: context.settings, memoryInBytes: context.memoryInBytes)
    let seconds = secondsSinceBoot() - start
    let result = summary.result
    let report = SegmentationReport(
      output: command.outputPath, voxels: result.voxels, foregroundVoxels: result.foregroundVoxels,
      objects: result.objects, labels: result.labelName, tiles: result.tiles, tilesEvaluated: summary.tilesEvaluated,
      tilesSkipped: summary.tilesSkipped)
    try context.print(report, text: report.text)
    let rate = String(format: "%.2f", Double(result.voxels) / max(seconds, 1e-9) / 1e6)
    context.note(
      "\(summary.tilesEvaluated) tiles evaluated, \(summary.tilesSkipped) skipped as background, "
        + "\(durationText(seconds)), \(rate) million voxels/s")
  }

  /// Ranks of a node share its GPUs evenly.
  ///
  /// - Throws: `Fault.usage` when `--device cuda` was asked for and there is none.
  private func device(_ option: DeviceOption, _ context: RunContext) throws -> Device {
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
