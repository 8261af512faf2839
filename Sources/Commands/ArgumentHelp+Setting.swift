import Architectures
import ArgumentParser
import Files
import Recipes

extension Tier: ExpressibleByArgument {}

extension CropEdges: ExpressibleByArgument {
  public init?(argument: String) { self.init(text: argument) }
}

/// - Throws: `ValidationError` when an option is given whose value the table of settings does not allow.
func check<Value>(_ value: Value?, _ setting: Setting<Value>) throws {
  if let value { try validating { try setting.check(value.stored) } }
}

extension ArgumentHelp {
  /// The help of an option that is a setting of a training recipe, from the table of settings: what it does, its valid
  /// values and its default.
  ///
  /// - Parameters:
  ///   - commands: which have the option.
  ///   - standard: the default, where it is not that of the table.
  ///   - exception: when another default applies.
  ///   - listsValues: false where the parser appends the values itself.
  package static func setting(
    _ setting: some AnySetting, of commands: [TrainingCommand] = [.finetune], valueName: String,
    standard: String? = nil, exception: String? = nil, listsValues: Bool = true
  ) -> ArgumentHelp {
    let values = listsValues ? "; expects \(setting.validText)" : ""
    let notes = [standard.map { "default: \($0)" } ?? defaultText(setting, commands), exception].compactMap { $0 }
      .joined(separator: "; ")
    let text = "\(setting.help)\(values). (\(notes))"
    return ArgumentHelp(text.replacing("`", with: ""), valueName: valueName)
  }

  private static func defaultText(_ setting: some AnySetting, _ commands: [TrainingCommand]) -> String {
    let defaults = commands.map { setting.defaultTexts(of: $0) }
    let isByTier = defaults.contains { $0.count > 1 }
    let texts = defaults.map { $0.map { $0.isEmpty ? "none" : $0 }.joined(separator: ", ") }
    let text =
      Set(texts).count == 1
      ? texts[0] : zip(commands, texts).map { "\($0.rawValue) \($1)" }.joined(separator: "; ")
    return "default\(isByTier ? " for tiers \(Tier.allCases.map(\.rawValue).joined(separator: ", "))" : ""): \(text)"
  }
}
