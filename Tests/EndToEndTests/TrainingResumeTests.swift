import Files
import Foundation
import Launching
import Scratch
import Testing

/// Fine-tuning that is stopped in every way there is, under mpirun, and carried on by the same command.
@Suite(.serialized) struct TrainingResumeTests {
  /// Rows of `metrics.csv`, without the header.
  private func rows(_ run: String) -> [Substring] {
    let text = (try? String(contentsOfFile: run + "/metrics.csv", encoding: .utf8)) ?? ""
    return Array(text.split(separator: "\n").dropFirst())
  }

  /// Step, loss, learning rate and gradient norm: what does not depend on the clock.
  private func curve(_ run: String) -> [[Substring]] { rows(run).map { Array($0.split(separator: ",")[0..<4]) } }

  private func start(_ command: [String], ranks: Int = 2) throws -> Running {
    try Running(launch(ranks: ranks, builtProgram("sheaf"), command))
  }

  @Test func everyWayOfStoppingEndsAtTheSameBits() throws {
    try withTemporaryDirectory { directory in
      let fixture = try TrainingFixture(in: directory)
      func command(_ run: String) -> [String] {
        ["finetune", fixture.pairs, "--from-scratch", "-o", run, "--steps", "24", "--folds", "3"]
          + TrainingFixture.small
          + ["--set", "optimizer=adamw", "--set", "ema=0.9"]
      }
      let whole = directory + "/whole"
      try fixture.sheaf(command(whole), ranks: 2)
      let model = try readWholeFile(whole + "/model.safetensors")
      let validation = try readWholeFile(whole + "/validation.json")

      let run = directory + "/parts"
      try createDirectory(run)
      // Somebody else trains there.
      do {
        let other = try #require(try FileLock(run + "/.lock"))
        let refused = try start(command(run)).wait(timeLimit: 240)
        #expect(refused.errors.contains("another run is at work in \(run)"), "\(refused.errors)")
        #expect(refused.code == 73 && !fileExists(run + "/run.json"), "\(refused.code)")
        withExtendedLifetime(other) {}
      }
      let limited = try start(command(run) + ["--max-hours", "0"]).wait(timeLimit: 240)
      #expect(limited.code == 75, "\(limited.errors)")
      try leavePartialFile(of: run + "/checkpoint/step-10.checkpoint")
      try leavePartialFile(of: run + "/run.json")
      let seed = UInt64.random(in: 0..<1_000_000)
      print("steps of seed \(seed)")
      var target = 0
      for (number, signal) in [SIGTERM, SIGKILL].enumerated() {
        target += 3 + Int(seed >> UInt64(number * 3)) % 6
        let running = try start(command(run))
        let deadline = Date(timeIntervalSinceNow: 120)
        while running.isRunning && rows(run).count < target && Date() < deadline { usleep(2000) }
        running.send(signal)
        let ending = running.wait(timeLimit: 120)
        // The exit code is mpirun's own.
        let wasStopped = signal == SIGKILL || ending.errors.contains("stopped by SIGTERM after")
        #expect(wasStopped || ending.code == 0, "\(ending.errors)")
        #expect(waitForOrphans(naming: run))
      }
      try fixture.sheaf(command(run), ranks: 2)
      #expect(try readWholeFile(run + "/model.safetensors") == model, "seed \(seed)")
      #expect(try readWholeFile(run + "/validation.json") == validation, "seed \(seed)")
      #expect(curve(run) == curve(whole), "seed \(seed)")
      #expect(try partialFiles(below: run) == [])
    }
  }
}
