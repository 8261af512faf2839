import Architectures

/// The reference page of all training settings, `docs/reference/training-settings.md`, in Markdown.
public enum SettingsReference {
  public static var page: String {
    """
    # Training settings

    <!-- Written by SHEAF_UPDATE_DOCS=1 swift test --filter SettingsReference; edit Sources/Recipes instead. -->

    Every setting of `sheaf pretrain` and `sheaf finetune`. Give one on the command line with `--set KEY=VALUE`, or several
    in a YAML file with `--recipe FILE`. Defaults of the tier come first, then the file, then command-line options in
    order; the later wins. The resolved settings of a run are written to its `recipe.yaml`, which `--recipe` accepts.

    Defaults that differ by network size are listed for tiers `XS`, `S` and `L` in this order.

    ## Shared by pretrain and finetune

    \(table(TrainingSettings.all, TrainingCommand.allCases))

    ## pretrain

    \(table(PretrainingSettings.all, [.pretrain]))

    ## finetune

    \(table(FinetuningSettings.all, [.finetune]))

    """
  }

  private static func table(_ settings: [any AnySetting], _ commands: [TrainingCommand]) -> String {
    let rows = settings.map { setting in
      let byCommand = commands.map { ($0, defaultText(setting, $0)) }
      let isShared = Set(byCommand.map(\.1)).count == 1
      let text =
        isShared ? byCommand[0].1 : byCommand.map { "\($0.0.rawValue): \($0.1)" }.joined(separator: "<br>")
      return "| `\(setting.key)` | \(setting.typeName) | \(text) | \(setting.validText) | \(setting.help) |"
    }
    return (["| Setting | Type | Default | Valid values | Meaning |", "|---|---|---|---|---|"] + rows)
      .joined(separator: "\n")
  }

  private static func defaultText(_ setting: any AnySetting, _ command: TrainingCommand) -> String {
    setting.defaultTexts(of: command).map { $0.isEmpty ? "none" : "`\($0)`" }.joined(separator: " · ")
  }
}
