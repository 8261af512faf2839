import Files
import Foundation
import Launching
import Scratch
import Testing

/// Training runs that were damaged, while stopped and when finished, and corpora whose store was made again.
@Suite(.serialized) struct TrainingDamageTests {
  private func sheaf(_ arguments: [String], ranks: Int = 0) throws -> Ending {
    try Running(launch(ranks: ranks, builtProgram("sheaf"), arguments)).wait()
  }

  private func rowCount(_ run: String) -> Int {
    ((try? String(contentsOfFile: run + "/metrics.csv", encoding: .utf8)) ?? "").split(separator: "\n").count - 1
  }

  private func flipBit(_ path: String, _ numbers: inout SeededNumbers) throws {
    var bytes = try readWholeFile(path)
    bytes[Int(numbers.next() % UInt64(bytes.count))] ^= 1 << UInt8(numbers.next() % 8)
    try bytes.write(to: URL(fileURLWithPath: path))
  }

  /// Names of checkpoints by step.
  private func checkpoints(_ run: String) throws -> [String] {
    try directoryEntries(run + "/checkpoint").sorted { ($0.count, $0) < ($1.count, $1) }
  }

  @Test(arguments: [1, 2]) func damagedAndDeletedCheckpoints(ranks: Int) throws {
    try withTemporaryDirectory { directory in
      let fixture = try TrainingFixture(in: directory)
      func command(_ run: String) -> [String] {
        ["finetune", fixture.pairs, "--from-scratch", "-o", run, "--steps", "12", "--folds", "3"]
          + TrainingFixture.small
      }
      let whole = directory + "/whole"
      try fixture.sheaf(command(whole), ranks: ranks)
      let model = try readWholeFile(whole + "/model.safetensors")
      let run = directory + "/run"
      let (ending, wasStopped) = try Running(launch(ranks: ranks, builtProgram("sheaf"), command(run)))
        .stop(with: SIGUSR1) { rowCount(run) >= 6 }
      #expect(wasStopped && ending.code == 75, "\(ending.errors)")
      let names = try checkpoints(run)
      #expect(names.count == 2)

      // All are gone: nothing starts over.
      try FileManager.default.moveItem(atPath: run + "/checkpoint", toPath: directory + "/away")
      for extra in [[], ["--dry-run"]] {
        let refused = try sheaf(command(run) + extra, ranks: ranks)
        #expect(refused.code == 66 && refused.errors.contains("there is no checkpoint in"), "\(refused.errors)")
      }
      try? FileManager.default.removeItem(atPath: run + "/checkpoint")
      try FileManager.default.moveItem(atPath: directory + "/away", toPath: run + "/checkpoint")

      // The last one is damaged, and the header of the curves.
      var numbers = SeededNumbers(seed: UInt64(ranks))
      try flipBit("\(run)/checkpoint/\(names[1])", &numbers)
      var metrics = try readWholeFile(run + "/metrics.csv")
      metrics[3] ^= 1
      try metrics.write(to: URL(fileURLWithPath: run + "/metrics.csv"))
      let resumed = try sheaf(command(run), ranks: ranks)
      #expect(resumed.code == 0, "\(resumed.errors)")
      #expect(resumed.errors.contains(names[1]) && resumed.errors.contains("falling back"), "\(resumed.errors)")
      #expect(resumed.errors.contains("metrics.damaged-1.csv"), "\(resumed.errors)")
      #expect(try readWholeFile(run + "/metrics.damaged-1.csv") == metrics)
      #expect(try readWholeFile(run + "/model.safetensors") == model)
      #expect(rowCount(run) == 12)
      #expect(try sheaf(["verify", run]).code == 0)
    }
  }

  @Test func everyFileOfAFinishedRunIsVerified() throws {
    try withTemporaryDirectory { directory in
      let fixture = try TrainingFixture(in: directory)
      let run = directory + "/run"
      try fixture.sheaf(
        ["finetune", fixture.pairs, "--from-scratch", "-o", run, "--steps", "4", "--folds", "3"]
          + TrainingFixture.small + ["--set", "picture-interval=2"])
      #expect(try sheaf(["verify", run]).code == 0)
      var numbers = SeededNumbers(seed: 3)
      let files = try regularFiles(below: run).filter { name in
        ((try? readWholeFile(joinPath(run, name)).count) ?? 0) > 0
      }
      for kind in [
        "model.safetensors", "model.json", "run.json", "recipe.yaml", "settings.json", "metrics.csv",
        "validation.json", "events.out", "pictures/", "checkpoint/",
      ] {
        #expect(files.contains { $0.hasPrefix(kind) }, "\(kind) among \(files)")
      }
      for file in files {
        let path = joinPath(run, file)
        let whole = try readWholeFile(path)
        try flipBit(path, &numbers)
        let found = try sheaf(["verify", run])
        #expect(found.code == 65 && (found.output + found.errors).contains(file), "\(file): \(found.errors)")
        try whole.write(to: URL(fileURLWithPath: path))
      }
      // Readers of the weights notice by themselves.
      try flipBit(run + "/model.safetensors", &numbers)
      for arguments in [
        ["infer", fixture.store, directory + "/out.zarr", "--model", run],
        ["finetune", fixture.pairs, "--from", run, "-o", directory + "/next", "--steps", "2"] + TrainingFixture.small,
        ["export-weights", run, directory + "/weights.pth"],
      ] {
        let refused = try sheaf(arguments)
        #expect(refused.code == 65 && refused.errors.contains("model.safetensors"), "\(refused.errors)")
      }
    }
  }

  @Test(arguments: [0, 2]) func aCorpusWhoseStoreWasMadeAgainIsRefused(ranks: Int) throws {
    try withTemporaryDirectory { directory in
      let fixture = try TrainingFixture(in: directory)
      let command =
        ["pretrain", fixture.corpus, "-o", directory + "/run", "--steps", "2"] + TrainingFixture.small
      try fixture.sheaf([
        "phantom", directory + "/other", "--extent", "24,48,48", "--structures", "nuclei", "--seed", "5",
      ])
      try fixture.sheaf([
        "tile", directory + "/other/nuclei/planes", fixture.store, "--chunk", "16", "--structure", "nuclei",
        "--voxel-size", "4,2,2", "--overwrite",
      ])
      let refused = try sheaf(command, ranks: ranks)
      #expect(refused.code == 65 && refused.errors.contains("made again from other data"), "\(refused.errors)")
      #expect(!fileExists(directory + "/run/run.json"))
      try fixture.sheaf([
        "corpus", fixture.store, "-o", fixture.corpus, "--patch-size", "24", "--contrast", "3", "--overwrite",
      ])
      try fixture.sheaf(command, ranks: ranks)
    }
  }
}
