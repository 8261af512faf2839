import ArgumentParser
import Files

/// What `pretrain` and `finetune` have in common.
package struct TrainingOptions: ParsableArguments {
  package init() {}

  @Option(
    help: ArgumentHelp(
      "YAML file of settings, such as another run's recipe.yaml. Settings come from the tier, then this file, then the "
        + "options below, then --set; the later wins.",
      valueName: "file"))
  package var recipe: String?

  @Option(help: ArgumentHelp("Network size. (default: XS; with --from the network of the weights)", valueName: "tier"))
  package var tier: TierArgument?

  @Option(help: ArgumentHelp("Edge of the training crops in voxels. (default: the tier's)", valueName: "voxels"))
  package var crop: Int?

  @Option(
    help: ArgumentHelp(
      "Global batch size: samples of a step, over all ranks together. (default: the tier's)", valueName: "samples"))
  package var batch: Int?

  @Option(help: ArgumentHelp("Optimiser steps of the whole run. (default: the tier's)", valueName: "steps"))
  package var steps: Int?

  @Option(help: ArgumentHelp("What the network computes in. (default: the tier's)", valueName: "precision"))
  package var precision: PrecisionArgument?

  @Option(
    help: ArgumentHelp(
      "Decides the initial weights, the samples and all augmentation. (default: 0)", valueName: "number"))
  package var seed: UInt64?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "Any setting of the recipe, such as learning-rate=0.003; may be repeated.", valueName: "key=value"))
  package var assignments: [String] = []

  @OptionGroup package var deviceOption: DeviceOption

  package func validate() throws {
    for assignment in assignments { _ = try Self.parse(assignment) }
  }

  /// The options as settings, in the order in which they win, and `further` ones of a command before `--set`.
  package func settings(_ further: [(key: String, value: String)] = []) throws -> [(key: String, value: String)] {
    var settings: [(key: String, value: String)] = []
    func add(_ key: String, _ value: (any CustomStringConvertible)?) {
      if let value { settings.append((key, value.description)) }
    }
    add("tier", tier?.rawValue)
    add("crop", crop)
    add("batch", batch)
    add("steps", steps)
    add("precision", precision?.rawValue)
    add("seed", seed)
    return try settings + further + assignments.map(Self.parse)
  }

  private static func parse(_ assignment: String) throws -> (key: String, value: String) {
    guard let equals = assignment.firstIndex(of: "="), equals != assignment.startIndex else {
      throw ValidationError("--set \(assignment) is not KEY=VALUE; write for example --set learning-rate=0.003")
    }
    return (String(assignment[..<equals]), String(assignment[assignment.index(after: equals)...]))
  }
}
