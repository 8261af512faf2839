import Architectures
import ArgumentParser
import Files
import Recipes

private let table = TrainingSettings.table

/// What `pretrain` and `finetune` have in common.
package struct TrainingOptions: ParsableArguments {
  package init() {}

  @Option(
    help: ArgumentHelp(
      "YAML file of settings, such as another run's recipe.yaml. Settings come from the tier, then this file, then the "
        + "options below, then --set; the later wins.",
      valueName: "file"))
  package var recipe: String?

  @Option(
    help: .setting(
      table.tier, of: TrainingCommand.allCases, valueName: "tier", standard: Tier.extraSmall.rawValue,
      exception: "with --from the network of the weights", listsValues: false))
  package var tier: Tier?

  @Option(help: .setting(table.crop, of: TrainingCommand.allCases, valueName: "n|z,y,x"))
  package var crop: CropEdges?

  @Option(help: .setting(table.batch, of: TrainingCommand.allCases, valueName: "samples"))
  package var batch: Int?

  @Option(help: .setting(table.steps, of: TrainingCommand.allCases, valueName: "steps"))
  package var steps: Int?

  @Option(
    help: .setting(table.precision, of: TrainingCommand.allCases, valueName: "precision", listsValues: false))
  package var precision: PrecisionArgument?

  @Option(help: .setting(table.seed, of: TrainingCommand.allCases, valueName: "number"))
  package var seed: UInt64?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "Any setting of the recipe, such as learning-rate=0.003; may be repeated.", valueName: "key=value"))
  package var assignments: [String] = []

  @OptionGroup package var deviceOption: DeviceOption

  package func validate() throws {
    for assignment in assignments { _ = try Self.parse(assignment) }
    try check(crop, table.crop)
    try check(batch, table.batch)
    try check(steps, table.steps)
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
