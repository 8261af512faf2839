import Architectures
import Evaluation
import Files
import Foundation
import Recipes
import Testing
import Torch

/// The settings' table and what follows from it.
@Suite struct SettingsReferenceTests {
  private var page: String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return root.appendingPathComponent("docs/reference/training-settings.md").path
  }

  /// With `SHEAF_UPDATE_DOCS=1` the page is written instead.
  @Test func theReferencePageIsUpToDate() throws {
    if ProcessInfo.processInfo.environment["SHEAF_UPDATE_DOCS"] != nil {
      try Data(SettingsReference.page.utf8).write(to: URL(fileURLWithPath: page))
    }
    let committed = try String(contentsOfFile: page, encoding: .utf8)
    #expect(
      committed == SettingsReference.page,
      "regenerate it: SHEAF_UPDATE_DOCS=1 swift test --filter SettingsReferenceTests")
  }

  @Test func everySettingHasItsOwnKeyHelpAndValidDefaults() throws {
    let settings = TrainingSettings.all + PretrainingSettings.all + FinetuningSettings.all
    #expect(Set(settings.map(\.key)).count == settings.count)
    for setting in settings {
      #expect(!setting.help.isEmpty && !setting.help.hasSuffix("."), "\(setting.key)")
      #expect(!setting.key.contains("_") && setting.key == setting.key.lowercased())
      for command in TrainingCommand.allCases {
        for tier in Tier.allCases { try setting.check(setting.defaultValue(command, tier)) }
      }
    }
  }

  /// The table does not know libtorch, nor how gradients are summed; its words are theirs.
  @Test func wordsOfTheTableAreThoseOfTheirTypes() throws {
    for precision in Precision.allCases { try TrainingSettings.table.precision.check(.text(precision.rawValue)) }
    #expect(TrainingSettings.table.precision.validText == "fp32 or bf16" && Precision.allCases.count == 2)
    #expect(FinetuningSettings.table.labelMap.defaultValue(.finetune, .small) == .text(LabelMap.standard.text))
  }

  /// Identities of runs compare this text, so it must not change.
  @Test func recipesAreWrittenAsEver() throws {
    let settings = try #require(PretrainingRecipe.standard(tier: "XS")).settings()
    #expect(
      settings.map { "\($0.key): \($0.value)" }.joined(separator: "\n") == """
        tier: XS
        features-per-stage: 8,16,32,64
        n-blocks-per-stage: 1,1,1,1
        n-conv-per-stage-decoder: 1,1,1
        kernel-sizes: 3,3,3,3
        strides: 1,2,2,2
        crop: 48
        batch: 4
        steps: 25000
        seed: 0
        precision: fp32
        learning-rate: 2e-3
        warm-up-fraction: 5e-2
        decay-power: 9e-1
        optimizer: adamw
        momentum: 9e-1
        beta-1: 9e-1
        beta-2: 9.8e-1
        epsilon: 1e-08
        weight-decay: 5e-2
        ema: 0e+0
        clip-norm: 1.2e+1
        samples-per-pass: 1
        bucket-megabytes: 2.5e+1
        reduction: auto
        checkpoint-interval: 250
        checksum-interval: 100
        picture-interval: 500
        rotation-degrees: 3e+1
        scale-lowest: 7e-1
        scale-highest: 1.4e+0
        spatial-probability: 2e-1
        mirror: true
        mask-fraction: 5e-1
        mask-block: 4
        visible-weight: 1e+0
        input-noise: 5e-1
        target: contrast
        """)
    let finetuning = try #require(FinetuningRecipe.standard(tier: "S")).settings()
    #expect(
      finetuning.dropFirst(33).map { "\($0.key): \($0.value)" }.joined(separator: "\n") == """
        transfer: encoder+decoder
        foreground-fraction: 3.3e-1
        deep-supervision: true
        centreline-weight: 0e+0
        centreline-iterations: 5
        noise-probability: 1e-1
        blur-probability: 1e-1
        brightness-probability: 1.5e-1
        contrast-probability: 1.5e-1
        low-resolution-probability: 1.25e-1
        gamma-probability: 3e-1
        label-map: 0=0,*=1
        validation-fraction: 0e+0
        folds: 1
        fold: 0
        hold-back-planes: \("")
        validation-interval: 2500
        pseudo-confidence: 9e-1
        pseudo-fraction: 5e-1
        """)
  }
}
