import Files
import Foundation
import Jobs
import Launching
import Scratch
import TestTraits
import Testing
import Zarr

/// An old output stays usable until the new one is whole, and two runs never mix.
@Suite(.serialized) struct OutputReplacementTests {
  private struct Scene {
    let directory: String
    let planes: String
    let store: String
    var new: String { directory + "/.s.zarr.sheaf-new" }

    init(in directory: String) throws {
      self.directory = directory
      planes = directory + "/organ/nuclei/planes"
      store = directory + "/s.zarr"
      try succeed(["phantom", directory + "/organ", "--extent", "32,64,64", "--structures", "nuclei"])
    }

    func tile(_ chunk: Int, _ more: String...) -> [String] {
      ["tile", planes, store, "--chunk", "\(chunk)", "--shard", "8", "--threads", "1"] + more
    }

    func start(_ arguments: [String], ranks: Int = 0) throws -> Running {
      try Running(launch(ranks: ranks, builtProgram("sheaf"), arguments))
    }

    @discardableResult
    func succeed(_ arguments: [String], ranks: Int = 0, location: SourceLocation = #_sourceLocation) throws -> Ending {
      let ending = try start(arguments, ranks: ranks).wait()
      try #require(ending.code == 0, "\(arguments): \(ending.errors)", sourceLocation: location)
      return ending
    }

    /// Shards of level 0 below a store.
    func shards(_ store: String) -> Int { fileCount(below: store + "/0/c") }
  }

  @Test(.randomised, arguments: [0, 2]) func aKilledReplacementLosesNothing(ranks: Int) throws {
    try withTemporaryDirectory { (directory: String) throws -> Void in
      let scene = try Scene(in: directory)
      try scene.succeed(scene.tile(4))
      let old = try contents(ofDirectory: scene.store)
      try FileManager.default.moveItem(atPath: scene.store, toPath: directory + "/old.zarr")
      try scene.succeed(scene.tile(8))
      let fresh = try contents(ofDirectory: scene.store)
      try FileManager.default.removeItem(atPath: scene.store)
      try FileManager.default.moveItem(atPath: directory + "/old.zarr", toPath: scene.store)

      var random = SeededNumbers.ofTest(stream: ranks)
      let target = Int.random(in: 80...160, using: &random)
      let (ending, wasStopped) = try scene.start(scene.tile(8, "--overwrite"), ranks: ranks).stop(with: SIGKILL) {
        scene.shards(scene.new) >= target
      }
      #expect(wasStopped, "\(ending.errors)")
      #expect(waitForOrphans(naming: scene.store))
      try scene.succeed(["verify", scene.store])
      // Ranks that outlive their launcher may finish the replacement; it is never a mixture.
      let left = try contents(ofDirectory: scene.store)
      let isFinished = ranks > 0 && differences(left, fresh) == []
      #expect(isFinished || differences(left, old) == [])
      // The clock stops the next one, unless ranks that outlived their launcher have left nothing to do but the renames.
      let stopped = try scene.start(scene.tile(8, "--overwrite", "--max-hours", "0"), ranks: ranks).wait()
      let wasWhole = ranks > 0 && stopped.code == 0 && stopped.errors.contains("all of them done already")
      #expect(
        wasWhole || stopped.code == 75 && stopped.errors.contains("run the same command again to resume"),
        "\(stopped.errors)")
      let resumed = try scene.succeed(scene.tile(8, "--overwrite"), ranks: ranks)
      #expect(isFinished || wasWhole || resumed.errors.contains("of them done already"), "\(resumed.errors)")
      #expect(differences(try contents(ofDirectory: scene.store), fresh) == [])
      #expect(try directoryEntries(directory) == ["organ", "s.zarr"])
      // What is finished is written again.
      #expect(!(try scene.succeed(scene.tile(8, "--overwrite"), ranks: ranks).errors.contains("done already")))
    }
  }

  /// The second run comes while the first holds the output, and waits for nobody: the first stands still meanwhile.
  @Test(arguments: [0, 2]) func twoRunsNeverMix(ranks: Int) throws {
    try withTemporaryDirectory { (directory: String) throws -> Void in
      let scene = try Scene(in: directory)
      let first = try scene.start(scene.tile(4), ranks: ranks)
      let isHeld = first.wait { scene.shards(scene.store) > 3 }
      #expect(isHeld)
      let processes = try processes(naming: scene.store)
      #expect(!processes.isEmpty)
      for process in processes { kill(process, SIGSTOP) }
      let others = [
        scene.tile(8, "--overwrite"), scene.tile(4), ["verify", scene.store, "--repair-from", scene.planes],
      ]
      let started = try others.map { try scene.start($0, ranks: $0.contains("--overwrite") ? ranks : 0) }
      for (second, running) in zip(others, started) {
        let ending = running.wait()
        #expect(ending.code == 73 && ending.errors.contains("another run is writing"), "\(second): \(ending.errors)")
      }
      for process in processes { kill(process, SIGCONT) }
      let ending = first.wait()
      #expect(ending.code == 0, "\(ending.errors)")
      try scene.succeed(["verify", scene.store])
      #expect(try Store.open(scene.store).levels[0].chunks.cell.z == 4)
      #expect(try directoryEntries(directory) == ["organ", "s.zarr"])
    }
  }

  /// Every command asks for the lock before it writes anything.
  @Test func everyCommandWaitsForTheLock() throws {
    try withTemporaryDirectory { (directory: String) throws -> Void in
      let inputs = try OutputFixture(in: directory, withNetwork: true)
      let out = directory + "/out"
      let other = try OutputLock(out)
      let labels = try OutputLock(inputs.probabilities)
      let files = try ["v.npy", "p.png", "w.pth"].map { try OutputLock(joinPath(directory, $0)) }
      let commands = [
        (["tile", inputs.planes, "-o", out], 2), (["export", inputs.store, "-o", out + "/"], 0),
        (["corpus", inputs.store, "-o", out, "--patch-size", "8", "--contrast", "3"], 2),
        (["phantom", "-o", out, "--extent", "16", "--structures", "nuclei"], 0),
        (["infer", inputs.store, "-o", out, "--model", inputs.model] + OutputFixture.inference, 2),
        (["label", inputs.probabilities, "--labels", "again"], 0),
        (["label", inputs.probabilities, "-o", out], 0),
        (["export", inputs.store, "-o", directory + "/v.npy"], 0),
        (["picture", inputs.store, "-o", directory + "/p.png"], 0),
        (["export-weights", inputs.model, "-o", directory + "/w.pth"], 0),
        (["pretrain", inputs.corpus, "-o", out] + OutputFixture.training, 2),
        (["finetune", inputs.pairs, "-o", out, "--from-scratch"] + OutputFixture.training, 0),
      ]
      // At once, since each waits a few seconds for the lock.
      let started = try commands.map { arguments, ranks in
        (arguments, try Running(launch(ranks: ranks, builtProgram("sheaf"), arguments)))
      }
      for (arguments, running) in started {
        let ending = running.wait()
        #expect(
          ending.code == 73 && ending.errors.components(separatedBy: "another run is writing").count == 2,
          "\(arguments): \(ending.code) \(ending.errors)")
        #expect(!fileExists(out), "\(arguments)")
      }
      withExtendedLifetime((other, labels, files)) {}
    }
  }

  /// The ranks of a job, and the job itself where it has no launcher.
  private func processes(naming text: String) throws -> [pid_t] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { name in
      guard let process = pid_t(name), let line = FileManager.default.contents(atPath: "/proc/\(name)/cmdline"),
        line.range(of: Data(text.utf8)) != nil,
        let program = line.split(separator: 0).first.map({ String(decoding: $0, as: UTF8.self) })
      else { return nil }
      return program.hasSuffix("sheaf") ? process : nil
    }
  }
}
