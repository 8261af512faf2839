import Architectures
import Commands
import Files
import Foundation
import Jobs
import Networks
import Recipes
import Torch
import Training
import Zarr

/// The command tree's operations on networks, by libtorch.
struct TorchOperations: NetworkOperations {
  var libtorchVersion: String { LibTorch.loadedVersion }

  func pretrain(_ command: PretrainCommand) throws {
    let context = try RunContext.start(command.reporting, command.execution, overwrite: command.overwrite.isSet)
    let begun = try settingsBegun(at: command.outputPath, by: .pretrain, command.overwrite, context)
    let recipe = try PretrainingRecipe.resolve(
      file: command.training.recipe, options: command.settings(), begun: begun)
    if begun != nil {
      let unresumed = try PretrainingRecipe.resolve(file: command.training.recipe, options: command.settings())
      try tellKept(recipe, insteadOf: unresumed, context)
    }
    let summary = try Pretraining.run(
      corpus: command.corpus, recipe: recipe, output: command.outputPath,
      resolved: context.resolvedSettings(command: "pretrain"),
      resources: trainingResources(command.training.deviceOption, context), communicator: context.communicator)
    try context.print(summary, text: summary.text)
    context.suggest("sheaf report \(command.outputPath)")
  }

  func finetune(_ command: FinetuneCommand) throws {
    let context = try RunContext.start(command.reporting, command.execution, overwrite: command.overwrite.isSet)
    let start = try command.from.map(ShippedWeights().path)
    try start.map(requireOneModel)
    let begun = try settingsBegun(at: command.outputPath, by: .finetune, command.overwrite, context)
    let network = start.flatMap(InheritedNetwork.init(of:))
    let recipe = try FinetuningRecipe.resolve(
      file: command.training.recipe, options: command.settings, network: network, begun: begun)
    if begun != nil {
      let unresumed = try FinetuningRecipe.resolve(
        file: command.training.recipe, options: command.settings, network: network)
      try tellKept(recipe, insteadOf: unresumed, context)
    }
    let namesSteps = try FinetuningRecipe.names("steps", file: command.training.recipe, options: command.settings)
    let resources = try trainingResources(command.training.deviceOption, context)
    let resolved = context.resolvedSettings(command: "finetune")
    let pseudoLabels = try PseudoLabels(
      of: command.pseudo, model: start ?? "", resources: resources, programVersion: resolved.programVersion,
      memoryInBytes: context.memoryInBytes, communicator: context.communicator)
    let summary = try Finetuning.run(
      pairs: command.pairs,
      annotation: AnnotationOptions(channels: command.channels.choice, labelIs: command.labelIs),
      pseudoLabels: pseudoLabels, start: start.map { .weights($0) } ?? .scratch,
      recipe: recipe,
      // For the other tiers it has not been measured what suits few crops; a pseudo-labelled store holds more than a few.
      isScheduled: network?.segments == true && recipe.training.tier == Tier.extraSmall.rawValue
        && command.pseudo.isEmpty && begun == nil && !namesSteps,
      output: command.outputPath, resolved: resolved, resources: resources, communicator: context.communicator)
    try context.print(summary, text: summary.text)
    context.suggest("sheaf report \(command.outputPath)")
  }

  /// Of the run that a command resumes; nil where it begins one.
  private func settingsBegun(
    at output: String, by command: TrainingCommand, _ overwrite: OverwriteOption, _ context: RunContext
  ) throws -> [String: String]? {
    try context.communicator.rootOnly {
      RunRecord.settingsBegun(at: output, by: command, overwrite: overwrite.isSet)
    }
  }

  /// Says which settings of a resumed run are not what the command alone would make them, so that nobody who leaves out an
  /// option takes them for the defaults.
  private func tellKept<R: Recipe>(_ recipe: R, insteadOf unresumed: R, _ context: RunContext) throws {
    let usual = try unresumed.settings().map { "\($0.key) \($0.value)" }
    let kept = try recipe.settings().map { "\($0.key) \($0.value)" }.filter { !usual.contains($0) }
    if kept.isEmpty { return }
    context.note("\(R.command.rawValue): the run was begun with \(kept.joined(separator: ", ")) and keeps that")
  }

  /// - Throws: `Fault.usage` for a directory with several networks, `Fault.noInput` for one with none.
  private func requireOneModel(_ path: String) throws {
    let files = try modelFiles(at: path)
    guard files.count == 1 else {
      throw Fault.usage(
        "\(path) holds \(files.count) networks where one is expected; give one of them, such as \(files[0])")
    }
  }

  /// - Throws: `Fault.usage` when a rank has no GPU of its own where it should.
  private func trainingResources(_ option: DeviceOption, _ context: RunContext) throws -> TrainingResources {
    TrainingResources(
      device: try DeviceAssignment.choose(option.device.rawValue, communicator: context.communicator),
      settings: context.settings, stopSignals: context.stopSignals)
  }

  func exportWeights(_ command: ExportWeightsCommand) throws {
    let context = try RunContext.start(command.reporting, command.execution, overwrite: command.overwrite)
    let result = try context.communicator.rootOnly { () throws -> ExportedWeights? in
      let path = try ShippedWeights().path(of: command.model)
      try requireOneModel(path)
      let output = command.outputPath
      let format: OutputFileFormat = try command.format == .safetensors ? .safetensors : .pytorch
      try format.refuseToReplace(output, overwrite: command.overwrite)
      let model = try Model.load(path)
      let parameters = model.residualEncoderUNet?.parameters ?? []
      let count = parameters.reduce(0) { $0 + $1.tensor.count }
      context.note(
        "export-weights \(model.path): \(parameters.count) tensors of \(count) parameters, \(ByteSize(bytes: count * 4)), "
          + "to \(output)")
      if command.execution.dryRun { return nil }
      try OutputPlace.writeFile(output, format, inputs: [path, model.path], settings: context.settings) {
        try WeightExport(command.format).write(model, to: $0)
      }
      return ExportedWeights(output: output, tensors: parameters.count, parameters: count)
    }
    guard let result else { return }
    try context.print(
      result, text: "\(result.output): \(result.tensors) tensors, \(result.parameters) parameters")
  }

  private struct ExportedWeights: Codable {
    let output: String
    let tensors: Int
    let parameters: Int
  }
}

extension WeightExport {
  fileprivate init(_ format: ExportWeightsCommand.Format) {
    switch format {
    case .checkpoint: self = .checkpoint
    case .stateDictionary: self = .stateDictionary
    case .safetensors: self = .safetensors
    }
  }
}
