import ArgumentParser
import Commands
import Files
import Jobs
import MPI
import Torch
import Training

/// What `pretrain` and `finetune` have in common.
struct TrainingOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Directory of the run: recipe, metrics, checkpoints, and at the end the model.", valueName: "run"))
  var output: String

  @Option(
    help: ArgumentHelp(
      "A YAML file of settings, such as another run's recipe.yaml.",
      discussion: "Settings come from the tier, then this file, then the options below, then --set; the later wins.",
      valueName: "file"))
  var recipe: String?

  @Option(
    help: ArgumentHelp(
      "Network size: XS, S or L.", discussion: "Default: XS; with --from the network of the weights.",
      valueName: "tier"))
  var tier: String?

  @Option(help: ArgumentHelp("Edge of the training crops in voxels.", valueName: "voxels"))
  var crop: Int?

  @Option(help: ArgumentHelp("Samples of a step, over all ranks together.", valueName: "samples"))
  var batch: Int?

  @Option(help: ArgumentHelp("Optimiser steps of the whole run.", valueName: "steps"))
  var steps: Int?

  @Option(help: ArgumentHelp("What the network computes in: fp32 or bf16.", valueName: "precision"))
  var precision: String?

  @Option(help: ArgumentHelp("Decides the first weights, the samples and all augmentation.", valueName: "number"))
  var seed: UInt64?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "Any setting of the recipe; may be given several times.", discussion: "For example --set learning-rate=0.003.",
      valueName: "key=value"))
  var assignments: [String] = []

  @OptionGroup var deviceOption: DeviceOption

  @Flag(help: "Print the summary as JSON.")
  var json = false

  /// The options as settings, in the order in which they win, and `further` ones of a command before `--set`.
  func settings(_ further: [(key: String, value: String)] = []) throws -> [(key: String, value: String)] {
    var settings: [(key: String, value: String)] = []
    func add(_ key: String, _ value: (any CustomStringConvertible)?) {
      if let value { settings.append((key, value.description)) }
    }
    add("tier", tier)
    add("crop", crop)
    add("batch", batch)
    add("steps", steps)
    add("precision", precision)
    add("seed", seed)
    settings += further
    for assignment in assignments {
      guard let equals = assignment.firstIndex(of: "="), equals != assignment.startIndex else {
        throw Fault.usage("--set \(assignment) is not KEY=VALUE; write for example --set learning-rate=0.003")
      }
      settings.append((String(assignment[..<equals]), String(assignment[assignment.index(after: equals)...])))
    }
    return settings
  }

  /// Collective.
  ///
  /// - Throws: `Fault.usage` when a rank has no graphics card of its own where it should.
  func resources(_ context: RunContext) throws -> TrainingResources {
    TrainingResources(
      device: try DeviceAssignment.choose(deviceOption.device, communicator: context.communicator),
      settings: context.settings, stopSignals: context.stopSignals, drawPicture: draw)
  }

  func printSummary(_ summary: TrainingSummary, _ context: RunContext) throws {
    if json { return try context.printJSON(summary) }
    var text = "\(summary.run): \(summary.steps) steps"
    if let loss = summary.loss { text += ", loss \(decimals(loss))" }
    if let scores = summary.validation { text += ", validation \(scores.text)" }
    if let rate = summary.patchesPerSecond, let data = summary.dataWaitShare,
      let communication = summary.communicationWaitShare
    {
      text += ", \(decimals(rate)) patches/s, data wait \(percentText(data))"
      text += ", communication wait \(percentText(communication))"
    }
    context.printResult(text)
  }

  private func decimals(_ value: Double) -> String {
    let scaled = Int((value * 10_000).rounded())
    let digits = String(abs(scaled) % 10_000)
    let sign = scaled < 0 ? "-" : ""
    return "\(sign)\(abs(scaled) / 10_000).\(String(repeating: "0", count: 4 - digits.count))\(digits)"
  }
}
