import Architectures
import Files
import Foundation
import Launching
import Networks
import Scratch
import Testing
import Torch

/// `sheaf export-weights`, and `.pth` files given to `info`, `infer` and `finetune`, as typed.
@Suite(.serialized) struct ExportWeightsCommandTests {
  private func sheaf(_ arguments: String...) throws -> Ending {
    try Running([builtProgram("sheaf")] + arguments).wait()
  }

  private func expectSuccess(_ ending: Ending, location: SourceLocation = #_sourceLocation) {
    #expect(ending.code == 0, "\(ending.errors)", sourceLocation: location)
  }

  private func expectFailure(
    _ code: Int32, _ words: String, _ ending: Ending, _ location: SourceLocation = #_sourceLocation
  ) {
    let sentences = ending.errors.split(separator: "\n").filter { $0.hasPrefix("sheaf: ") || $0.hasPrefix("Error: ") }
    #expect(ending.code == code && sentences.count == 1, "\(ending.errors)", sourceLocation: location)
    #expect(sentences.joined().contains(words), "\(ending.errors)", sourceLocation: location)
  }

  private func saveModel(_ directory: String, tier: Tier = .extraSmall) throws {
    let architecture = ArchitectureDescription(tier, classes: 2, deepSupervision: false)
    try createDirectory(directory)
    try Model.save(
      ResidualEncoderUNet(architecture, seed: 11),
      ModelDescription(task: .segmentation, architecture: architecture, crop: [32, 32, 32]), inDirectory: directory)
  }

  @Test func writesOnceAndReportsWhatItWrote() throws {
    try withTemporaryDirectory { directory in
      let (model, output) = ("\(directory)/model", "\(directory)/model.pth")
      try saveModel(model)
      expectSuccess(try sheaf("export-weights", model, output, "--dry-run"))
      #expect(!fileExists(output))
      expectSuccess(try sheaf("export-weights", model, output))
      let first = try readWholeFile(output)
      expectFailure(73, "--overwrite", try sheaf("export-weights", model, output))
      expectSuccess(try sheaf("export-weights", model, output, "--overwrite"))
      expectFailure(73, "is the input", try sheaf("export-weights", output, output, "--overwrite"))
      #expect(try readWholeFile(output) == first)
      expectSuccess(try sheaf("export-weights", output, "\(directory)/state.pt", "--state-dict"))
      expectSuccess(try sheaf("export-weights", output, "\(directory)/model.safetensors"))
      #expect(
        try readWholeFile("\(directory)/model.safetensors") == readWholeFile("\(model)/\(Model.weightsFileName)"))
      let information = try sheaf("info", output)
      expectSuccess(information)
      for words in ["kind: weights", "format: PyTorch", "element types: float32", "network_weights"] {
        #expect(information.output.contains(words), "\(information.output)")
      }
      expectFailure(64, ".safetensors", try sheaf("export-weights", model, "\(directory)/model.onnx"))
      expectFailure(66, "missing", try sheaf("export-weights", "\(directory)/missing", "\(directory)/a.pth"))
      // Names and tensors alone do not say what network they are for.
      expectFailure(66, "state.json", try sheaf("export-weights", "\(directory)/state.pt", "\(directory)/a.pth"))
      #expect(Set(try directoryEntries(directory)) == ["model", "model.pth", "state.pt", "model.safetensors"])
    }
  }

  @Test func damagedAndHostileFilesAreRefused() throws {
    try withTemporaryDirectory { directory in
      try saveModel("\(directory)/model")
      expectSuccess(try sheaf("export-weights", "\(directory)/model", "\(directory)/model.pth"))
      let truncated = "\(directory)/truncated.pth"
      try readWholeFile("\(directory)/model.pth").dropLast(5000).write(to: URL(fileURLWithPath: truncated))
      let hostile = "\(directory)/hostile.pth"
      let file = try PendingFile(hostile)
      let archive = try ArchiveWriter { try file.append($0) }
      let pickle = Array("\u{2}cposix\nsystem\n(X".utf8) + [4, 0, 0, 0] + Array("truetR.".utf8)
      try ([0x80] + pickle).withUnsafeBytes { try archive.write("data.pkl", $0) }
      try archive.finish()
      try file.publish()
      for (path, words) in [(truncated, "truncated"), (hostile, "posix.system")] {
        expectFailure(65, words, try sheaf("info", path))
        expectFailure(65, words, try sheaf("export-weights", path, "\(directory)/a.pth"))
      }
    }
  }

  @Test func fineTunesFromACheckpoint() throws {
    try withTemporaryDirectory { directory in
      try saveModel("\(directory)/model")
      try saveModel("\(directory)/small", tier: .small)
      for name in ["model", "small"] {
        expectSuccess(try sheaf("export-weights", "\(directory)/\(name)", "\(directory)/\(name).pth"))
      }
      let fixture = try TrainingFixture(in: directory)
      func finetune(_ weights: String, _ run: String) throws -> Ending {
        try Running(
          [builtProgram("sheaf"), "finetune", fixture.pairs, "-o", "\(directory)/\(run)"]
            + ["--from", "\(directory)/\(weights)", "--steps", "1"] + TrainingFixture.small
        ).wait()
      }
      let trained = try finetune("model.pth", "run")
      expectSuccess(trained)
      #expect(trained.errors.contains("model.pth: ") && trained.errors.contains("tensors loaded"), "\(trained.errors)")
      expectFailure(65, "is of another network than this run: tier S", try finetune("small.pth", "other"))
    }
  }
}
