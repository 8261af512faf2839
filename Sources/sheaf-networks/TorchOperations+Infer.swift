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
    let list = CaseList(options: command.selection.options, channel: command.selection.channel)
    let isOne = try context.communicator.everyRank { try command.format == nil && list.isOneVolume(command.volumes) }
    let begun = try context.communicator.rootOnly {
      BegunInference(at: command.outputPath, overwrite: command.overwrite.isSet)
    }
    let (predictor, settingsOfNetwork) = try context.communicator.everyRank {
      let device = try device(command.deviceOption, context)
      let predictor = try self.predictor(
        command.model, command.prediction, device: device, context, resuming: begun.precision)
      var resolved = context.resolvedSettings(command: "infer")
      resolved.add("precision", predictor.precisionText)
      resolved.add("device", device.isCPU ? "cpu" : "cuda")
      for (name, value) in predictor.settings { resolved.add(name, value) }
      for member in predictor.members {
        try resolved.add(input: "model", path: member.path, files: member.files)
      }
      return (predictor, resolved)
    }
    var resolved = settingsOfNetwork
    let chosen = predictor.chosenObjects
    var settings = try InferenceSettings(command.prediction, chosen)
    settings.margin = begun.margin
    settings.withLabels = !command.noLabels
    settings.objects.labelName = command.labelName
    func tell(_ chosen: ChosenObjects, _ resolved: inout ResolvedSettings) {
      guard let text = chosen.text(used: command.prediction) else { return }
      context.note("infer: \(text)")
      resolved.add(meaning: text, of: predictor.members[0].path)
    }
    if !isOne {
      tell(chosen.of(structure: command.prediction.structure), &resolved)
      return try inferCases(list, command, settings, predictor, resolved, context)
    }
    let (image, resolvedWithImage) = try context.communicator.everyRank {
      let image = try InferenceImage(command.volumes[0], options: command.selection.options)
      var resolved = resolved
      try image.add(to: &resolved)
      tell(chosen.of(structure: settings.structure(of: image)), &resolved)
      return (image, resolved)
    }
    try inferOne(image, command, settings, predictor, resolvedWithImage, context)
  }

  private func inferOne(
    _ image: InferenceImage, _ command: InferCommand, _ settings: InferenceSettings, _ predictor: ModelPredictor,
    _ resolved: ResolvedSettings, _ context: RunContext
  ) throws {
    if command.isFile { return try inferToFiles(image, command, settings, predictor, resolved, context) }
    let start = secondsSinceBoot()
    let summary = try Inference.infer(
      image, to: command.outputPath, readingAlso: command.model + predictor.members.flatMap(\.files),
      predictor: predictor, defaultTile: predictor.naturalTile(asked: settings.tile), settings: settings,
      objectsPath: command.objects, resolved: resolved, communicator: context.communicator,
      jobSettings: context.settings, memoryInBytes: context.memoryInBytes)
    let result = summary.result
    try report(
      CaseInference.Result(summary), labels: result.labelName, command, seconds: secondsSinceBoot() - start, context)
  }

  /// One case, as files of other programs.
  private func inferToFiles(
    _ image: InferenceImage, _ command: InferCommand, _ settings: InferenceSettings, _ predictor: ModelPredictor,
    _ resolved: ResolvedSettings, _ context: RunContext
  ) throws {
    let path = command.outputPath
    let cases = CaseInference(
      predictor: predictor, defaultTile: try predictor.naturalTile(asked: settings.tile), settings: settings)
    let outputs = try context.communicator.everyRank {
      try CaseOutput.all(
        command.kinds.compactMap(CaseOutput.Kind.init), at: path, type: command.type, isCompressed: command.compress)
    }
    let inputs = image.places + command.model + predictor.members.flatMap(\.files)
    try context.communicator.rootOnly {
      for output in outputs {
        try Export.requirePlace(output.path, inputs: inputs, overwrite: command.overwrite.isSet)
      }
    }
    for output in outputs { context.note("infer \(image.path): \(output.kind.rawValue) to \(output.path)") }
    let start = secondsSinceBoot()
    let result: CaseInference.Result
    let isSmall =
      context.communicator.size == 1 && image.extent.count <= CaseInference.mostVoxelsInMemory
      && cases.memoryInBytes(image, threads: context.settings.threads) <= context.memoryInBytes
    if isSmall {
      if context.settings.dryRun { return }
      let stopSignals = StopSignals(maxHours: context.settings.maxHours)
      result = try StopSignals.whilePolled {
        try cases.run(
          image, to: outputs, objectsPath: command.objects, replacesFiles: command.overwrite.isSet,
          threads: context.settings.threads
        ) {
          if let reason = stopSignals.reason { throw Fault.stopped("infer \(reason); run the same command again") }
        }
      }
      for doubt in result.doubts { context.console.warn(doubt) }
      try context.console.settleWarnings(context.communicator)
    } else {
      result = try cases.runByBlocks(
        image, to: outputs, objectsPath: command.objects, replacesFiles: command.overwrite.isSet,
        workPath: OutputPlace.workPath(of: path), resolved: resolved, communicator: context.communicator,
        jobSettings: context.settings, memoryInBytes: context.memoryInBytes)
    }
    try report(result, labels: nil, command, seconds: secondsSinceBoot() - start, context)
  }

  /// Several cases, into a directory.
  private func inferCases(
    _ list: CaseList, _ command: InferCommand, _ settings: InferenceSettings, _ predictor: ModelPredictor,
    _ resolved: ResolvedSettings, _ context: RunContext
  ) throws {
    guard let format = command.format else {
      throw Fault.usage(
        "\(command.volumes.joined(separator: ", ")) stands for several cases: say what is written of each by --format mha, "
          + "nii.gz, tif, npy or zarr"
      ).onEveryRank
    }
    guard command.objects == nil else {
      throw Fault.usage("--objects is the table of one volume; leave it out for several cases").onEveryRank
    }
    let run = try context.communicator.everyRank {
      try CasesRun(
        list.cases(command.volumes),
        CaseInference(
          predictor: predictor, defaultTile: predictor.naturalTile(asked: settings.tile), settings: settings),
        kinds: command.kinds.compactMap(CaseOutput.Kind.init), type: command.type, ending: "." + format,
        isCompressed: command.compress)
    }
    if let note = try context.communicator.everyRank({ try list.passedOver(command.volumes) }) {
      context.note("infer: \(note)")
    }
    let start = secondsSinceBoot()
    let summary = try run.run(
      to: command.outputPath, readingAlso: command.model + predictor.members.flatMap(\.files), resolved: resolved,
      communicator: context.communicator, jobSettings: context.settings, memoryInBytes: context.memoryInBytes)
    let report = CasesReport(
      output: command.outputPath,
      cases: summary.records.map {
        CasesReport.Case(
          name: $0.name, voxels: $0.result?.voxels, objects: $0.result?.objects,
          foregroundVoxels: $0.result?.foregroundVoxels, tilesEvaluated: $0.result?.tilesEvaluated,
          tilesSkipped: $0.result?.tilesSkipped, seconds: $0.seconds, error: $0.fault)
      })
    try context.print(report, text: report.text)
    let evaluated = summary.records.reduce(0) { $0 + ($1.result?.tilesEvaluated ?? 0) }
    let skipped = summary.records.reduce(0) { $0 + ($1.result?.tilesSkipped ?? 0) }
    context.note(
      "\(evaluated) tiles evaluated, \(skipped) skipped as background, \(durationText(secondsSinceBoot() - start))")
    if let first = summary.setAside.first {
      let count = summary.setAside.count
      throw Fault.badData(
        "\(count) of \(summary.records.count) cases \(count == 1 ? "was" : "were") set aside, the others are in "
          + "\(command.outputPath); the same command tries again. \(count == 1 ? "It is" : "The first is") \(first.name): "
          + (first.fault ?? "")
      ).onEveryRank
    }
  }

  private func report(
    _ result: CaseInference.Result, labels: String?, _ command: InferCommand, seconds: Double, _ context: RunContext
  ) throws {
    let report = SegmentationReport(
      output: command.outputPath, voxels: result.voxels, foregroundVoxels: result.foregroundVoxels,
      objects: result.objects, labels: labels, tiles: result.tiles, tilesEvaluated: result.tilesEvaluated,
      tilesSkipped: result.tilesSkipped)
    try context.print(report, text: report.text)
    let rate = String(format: "%.2f", Double(result.voxels) / max(seconds, 1e-9) / 1e6)
    context.note(
      "\(result.tilesEvaluated) tiles evaluated, \(result.tilesSkipped) skipped as background, "
        + "\(durationText(seconds)), \(rate) million voxels/s")
    let volumes = command.volumes.joined(separator: " ")
    if command.isFile {
      // One file, or several named after it.
      context.suggest("sheaf view \(volumes)")
    } else {
      context.suggest("sheaf view \(volumes) \(command.outputPath)", "sheaf report \(command.outputPath)")
    }
  }
}
