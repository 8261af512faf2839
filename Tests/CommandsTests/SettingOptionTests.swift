import ArgumentParser
import Commands
import Foundation
import Recipes
import Testing

/// The options of `pretrain` and `finetune` that are settings of the recipe say what the table of settings says.
@Suite struct SettingOptionTests {
  /// The text of each option in a command's help, by the option's name.
  private func options(_ command: any ParsableCommand.Type) -> [String: String] {
    // So wide that no text is broken; where the names take much space, it begins on the next line.
    let page = command.helpMessage(columns: 10_000)
    let found = page.matches(of: /\n {2}(?:-\w, )?--([a-z-]+)(?: <[^>\n]*>)?\s+([^\n]*)/)
    return Dictionary(uniqueKeysWithValues: found.map { (String($0.output.1), String($0.output.2)) })
  }

  @Test(arguments: TrainingCommand.allCases) func helpIsThatOfTheTable(command: TrainingCommand) throws {
    let (type, own): (any ParsableCommand.Type, [any AnySetting]) =
      switch command {
      case .pretrain: (PretrainCommand.self, PretrainingSettings.all)
      case .finetune: (FinetuneCommand.self, FinetuningSettings.all)
      }
    let options = options(type)
    let settings = Dictionary(uniqueKeysWithValues: (TrainingSettings.all + own).map { ($0.key, $0) })
    for (name, text) in options {
      guard let setting = settings[name] else { continue }
      #expect(text.hasPrefix(setting.help.replacing("`", with: "")), "--\(name): \(text)")
      let values = try #require(setting.validText.replacing("`", with: "").firstMatch(of: /.+/)).output
      #expect(text.contains(values) || text.contains("(values: "), "--\(name): \(text)")
      let defaults = setting.defaultTexts(of: command).map { $0.isEmpty ? "none" : $0 }.joined(separator: ", ")
      let sentences =
        name == "tier"
        ? ["(default: XS;"] : ["default: \(defaults)", "S, L: \(defaults)", "\(command.rawValue) \(defaults)"]
      #expect(sentences.contains { text.contains($0) }, "--\(name): \(text)")
    }
    let ofSettings = Set(options.keys).intersection(settings.keys)
    let shared: Set = ["tier", "crop", "batch", "steps", "precision", "seed"]
    let ofFinetuning: Set = [
      "transfer", "label-map", "validation-fraction", "folds", "fold", "hold-back-planes",
    ]
    #expect(ofSettings == shared.union(command == .finetune ? ofFinetuning : ["voxel-size"]))
  }

  @Test func valuesOfOptionsAreThoseOfTheTable() throws {
    for precision in PrecisionArgument.allCases {
      try TrainingSettings.table.precision.check(.text(precision.rawValue))
    }
    #expect(throws: (any Error).self) { try TrainingSettings.table.precision.check(.text("fp16")) }
    for (arguments, expected) in [
      (["--steps", "0"], "the setting steps is 0; expected at least 1"),
      (["--batch", "70000"], "the setting batch is 70000; expected 1 to 65536 samples"),
      (["--transfer", "decoder"], "the setting transfer is decoder; expected encoder, encoder+decoder or all"),
      (["--validation-fraction", "1"], "the setting validation-fraction is 1.0; expected a fraction of at least 0"),
    ] {
      let error = #expect(throws: (any Error).self) {
        _ = try FinetuneCommand.parse(["pairs", "-o", "run", "--from-scratch"] + arguments)
      }
      let message = FinetuneCommand.message(for: try #require(error))
      #expect(message.contains(expected), "\(arguments): \(message)")
    }
  }
}
