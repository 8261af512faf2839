import Files
import Foundation
import Jobs
import Launching
import Scratch
import TestTraits
import Testing

/// Fine-tuning that is stopped in every way there is, under mpirun, and resumed by the same command.
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

  @Test(.randomised) func everyWayOfStoppingEndsAtTheSameBits() throws {
    try withTemporaryDirectory { directory in
      let fixture = try TrainingFixture(in: directory)
      // So many steps that a quick machine is still at work when the signal arrives.
      func command(_ run: String) -> [String] {
        ["finetune", fixture.pairs, "--from-scratch", "-o", run, "--steps", "160", "--folds", "3"]
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
        let other = try OutputLock(run)
        let refused = try start(command(run)).wait()
        #expect(refused.errors.contains("another run is writing \(run)"), "\(refused.errors)")
        #expect(refused.code == 73 && !fileExists(run + "/run.json"), "\(refused.code)")
        withExtendedLifetime(other) {}
      }
      let limited = try start(command(run) + ["--max-hours", "0"]).wait()
      #expect(limited.code == 75, "\(limited.errors)")
      try leavePartialFile(of: run + "/checkpoint/step-10.checkpoint")
      try leavePartialFile(of: run + "/run.json")
      var random = SeededNumbers.ofTest()
      var target = 0
      for signal in [SIGTERM, SIGKILL] {
        target += Int.random(in: 3...20, using: &random)
        let (ending, wasStopped) = try start(command(run)).stop(with: signal) { rows(run).count >= target }
        // The exit code is mpirun's own.
        #expect(wasStopped, "\(ending.errors)")
        #expect(signal == SIGKILL || ending.errors.contains("stopped by SIGTERM after"), "\(ending.errors)")
        #expect(waitForOrphans(naming: run))
      }
      try fixture.sheaf(command(run), ranks: 2)
      #expect(try readWholeFile(run + "/model.safetensors") == model)
      #expect(try readWholeFile(run + "/validation.json") == validation)
      #expect(curve(run) == curve(whole))
      #expect(try partialFiles(below: run) == [])
    }
  }
}
