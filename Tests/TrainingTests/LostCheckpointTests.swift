import Files
import Foundation
import Jobs
import Scratch
import Testing
import Torch
import Training
import TrainingFixtures

/// Runs whose checkpoints or curves were lost or damaged while they were stopped.
@Suite(.serialized) struct LostCheckpointTests {
  private func weights(_ task: PretrainingTask) throws -> [[Float]] {
    try task.parameters.map { try $0.tensor.floats() }
  }

  /// A run that was stopped after five steps, with checkpoints of 3 and 5 steps.
  ///
  /// - Parameter hasRecord: whether it keeps account of its checkpoints; earlier versions did not.
  private func stoppedRun(in directory: ScratchDirectory, hasRecord: Bool) throws -> String {
    let run = directory.file("run")
    let signals = StopSignals()
    var settings = TrainerSettings(stopSignals: signals)
    settings.stepDone = { if $0 == 5 { signals.requestStop("stopped by the test") } }
    let (trainer, _) = try trainerOnWaves(tinyRecipe(steps: 8), run, settings: settings)
    if hasRecord {
      try RunDirectory(run).begin(
        RunRecord(command: "pretrain", programVersion: "1", identity: OutputIdentity("a")), recipe: "")
    }
    let fault = #expect(throws: Fault.self) { try trainer.run() }
    #expect(fault?.kind == .stopped)
    #expect(try directoryEntries(run + "/checkpoint") == ["step-3.checkpoint", "step-5.checkpoint"])
    return run
  }

  @Test(arguments: [true, false]) func deletedCheckpointsAreNotTakenForABeginning(hasRecord: Bool) throws {
    let directory = try ScratchDirectory()
    let run = try stoppedRun(in: directory, hasRecord: hasRecord)
    let metrics = try readWholeFile(run + "/metrics.csv")
    try FileManager.default.moveItem(atPath: run + "/checkpoint", toPath: directory.file("away"))
    for _ in 0..<2 {
      let (trainer, _) = try trainerOnWaves(tinyRecipe(steps: 8), run)
      let fault = #expect(throws: Fault.self) { try trainer.run() }
      #expect(fault?.kind == .noInput)
      #expect(fault?.message.contains("has done \(hasRecord ? 5 : 3) steps or more") == true, "\(fault!.message)")
      #expect(fault?.message.contains("--overwrite") == true)
    }
    #expect(try readWholeFile(run + "/metrics.csv") == metrics)
    // With the checkpoints back it goes on.
    try FileManager.default.moveItem(atPath: directory.file("away"), toPath: run + "/checkpoint")
    let (trainer, _) = try trainerOnWaves(tinyRecipe(steps: 8), run)
    #expect(try trainer.run().steps == 8)
  }

  @Test func aRunThatHasJustBegunStartsAgainInSilence() throws {
    let directory = try ScratchDirectory()
    let run = directory.file("run")
    let (first, _) = try trainerOnWaves(tinyRecipe(steps: 2), run)
    _ = try first.run()
    try FileManager.default.removeItem(atPath: run + "/checkpoint")
    // Two rows, and no checkpoint was due before the third step.
    let notes = Notes()
    let (second, _) = try trainerOnWaves(tinyRecipe(steps: 4), run, settings: TrainerSettings(warn: notes.add))
    #expect(try second.run().steps == 4)
    #expect(notes.texts == [])
  }

  @Test func aLostLastCheckpointIsToldAndEndsAtTheSameBits() throws {
    let whole = try ScratchDirectory()
    let (first, straight) = try trainerOnWaves(tinyRecipe(steps: 8), whole.file("run"))
    _ = try first.run()
    for damage in [
      { (path: String) in unlink(path) == 0 },
      { (path: String) in
        try publish(readWholeFile(path).dropLast(), to: path)
        return true
      },
    ] {
      let directory = try ScratchDirectory()
      let run = try stoppedRun(in: directory, hasRecord: true)
      #expect(try damage(run + "/checkpoint/step-5.checkpoint"))
      let notes = Notes()
      let (second, resumed) = try trainerOnWaves(
        tinyRecipe(steps: 8), run, settings: TrainerSettings(warn: notes.add))
      _ = try second.run()
      #expect(notes.texts.count == 1 && notes.texts[0].contains("step"), "\(notes.texts)")
      #expect(try weights(resumed) == weights(straight))
    }
  }

  @Test func damagedCurvesKeepNoRunFromGoingOn() throws {
    let directory = try ScratchDirectory()
    let run = try stoppedRun(in: directory, hasRecord: true)
    var metrics = try readWholeFile(run + "/metrics.csv")
    metrics[2] ^= 4
    try publish(metrics, to: run + "/metrics.csv")
    let notes = Notes()
    let (trainer, _) = try trainerOnWaves(tinyRecipe(steps: 8), run, settings: TrainerSettings(warn: notes.add))
    #expect(try trainer.run().steps == 8)
    #expect(notes.texts.count == 1 && notes.texts[0].contains("metrics.damaged-1.csv"), "\(notes.texts)")
    #expect(try readWholeFile(run + "/metrics.damaged-1.csv") == metrics)
    let rows = try String(contentsOfFile: run + "/metrics.csv", encoding: .utf8).split(separator: "\n")
    #expect(rows.dropFirst().compactMap { Int($0.split(separator: ",")[0]) } == Array(0..<8))
  }
}
