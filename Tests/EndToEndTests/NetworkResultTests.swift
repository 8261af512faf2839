import Files
import Foundation
import Launching
import Scratch
import Testing

/// `--json` and `--quiet` of the commands that need libtorch.
@Suite struct NetworkResultTests {
  @Test func resultsAreJSONOfOneDialectAndQuietIsQuiet() throws {
    try withTemporaryDirectory { directory in
      let fixture = try TrainingFixture(in: directory)
      let (pretrained, model) = (directory + "/pretrained", directory + "/model")
      let short = ["--steps", "2"] + TrainingFixture.small
      let commands: [[String]] = [
        ["pretrain", fixture.corpus, "-o", pretrained] + short,
        ["finetune", fixture.pairs, model, "--from", pretrained, "--validation-fraction", "0.4"] + short,
        ["infer", fixture.store, directory + "/found.zarr", "--model", model, "--device", "cpu", "--threads", "1"],
        ["export-weights", model, "-o", directory + "/model.pth"], ["info", directory + "/model.pth"],
      ]
      for arguments in commands {
        let ending = try fixture.sheaf(arguments + ["--json", "--quiet"])
        #expect(ending.errors.isEmpty, "\(arguments): \(ending.errors)")
        let result = try #require(
          try JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any], "\(arguments)")
        #expect(result["formatVersion"] as? Int == 1, "\(arguments)")
        for key in result.keys { #expect(key.allSatisfy { $0.isLetter || $0.isNumber }, "\(arguments): \(key)") }
      }
    }
  }

  /// A command of several passes prints one plan, and starts from the beginning only when told to.
  @Test func inferencePrintsOnePlanAndOverwritesFromTheBeginning() throws {
    try withTemporaryDirectory { directory in
      let fixture = try TrainingFixture(in: directory)
      let (model, found) = (directory + "/model", directory + "/found.zarr")
      try fixture.sheaf(
        ["finetune", fixture.pairs, "-o", model, "--from-scratch", "--steps", "1"] + TrainingFixture.small)
      let infer = ["infer", fixture.store, "-o", found, "--model", model, "--device", "cpu"]
      let first = try fixture.sheaf(infer)
      #expect(first.errors.components(separatedBy: "sheaf infer").count == 2, "\(first.errors)")
      let (probabilities, labels) = (found + "/0/c/0/0/0", found + "/labels/nuclei/0/c/0/0/0")
      let sound = (try readWholeFile(probabilities), try? readWholeFile(labels))
      try publish("damaged", to: probabilities)
      #expect(try fixture.sheaf(infer).errors.contains("all of them done already"))
      let repeated = try fixture.sheaf(infer + ["--overwrite"])
      #expect(!repeated.errors.contains("done already"), "\(repeated.errors)")
      #expect(try readWholeFile(probabilities) == sound.0)
      #expect((try? readWholeFile(labels)) == sound.1)
    }
  }
}
