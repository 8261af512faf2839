import Architectures
import Files
import Foundation
import Launching
import Networks
import Scratch
import TestTraits
import Testing
import Torch

/// Signals at any moment, above all while a program starts, loads libtorch, or replaces itself by another: the exit code is
/// always 75, and the same command then makes what an undisturbed run makes.
@Suite(.serialized) struct StopTests {
  private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGUSR1]

  private func run(_ arguments: [String]) throws -> Ending {
    try Running([builtProgram("sheaf")] + arguments).wait(timeLimit: 120)
  }

  /// Whether the program has begun: its handlers are installed by its first statement, which the loader precedes.
  private func hasBegun(_ process: pid_t) -> Bool {
    let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
    func mask(_ field: String) -> UInt64 {
      let line = status.split(separator: "\n").first { $0.hasPrefix(field) }
      return line.flatMap { UInt64($0.drop { $0 != "\t" }.dropFirst(), radix: 16) } ?? 0
    }
    return mask("SigCgt:") & 1 << UInt64(SIGTERM - 1) != 0
  }

  /// Stops `command` several times at random moments of its first milliseconds, then ever later up to a second, and lets it
  /// end. A quick machine is done with all work before long, after which nothing is left to stop.
  private func stopAtRandom(_ command: [String], _ numbers: inout SeededNumbers, rounds: Int = 6) throws {
    var stopped = 0
    for round in 0..<rounds {
      let program = try Running([builtProgram("sheaf")] + command)
      guard program.wait(until: { hasBegun(program.identifier) }) else { continue }
      let delay = UInt32(numbers.next() % UInt64(min(1_000_000, 30_000 << round)))
      let signal = Self.signals[round % Self.signals.count]
      usleep(delay)
      let wasRunning = program.isRunning
      program.send(signal)
      let ending = program.wait(timeLimit: 60)
      #expect(!ending.timedOut)
      if wasRunning && ending.code != 0 {
        #expect(ending.code == 75, "\(command[0]), signal \(signal) after \(delay) µs: \(ending.code) \(ending.errors)")
        #expect(ending.errors.contains("sheaf: "), "\(ending.errors)")
        stopped += 1
      }
    }
    #expect(stopped > 0, "\(command[0]) always ended before the signal")
    let ending = try run(command)
    #expect(ending.code == 0, "\(ending.errors)")
  }

  @Test(.randomised) func tilingStopsAndResumesWhole() throws {
    try withTemporaryDirectory { directory in
      var numbers = SeededNumbers(seed: testSeed)
      let organ = directory + "/organ"
      #expect(try run(["phantom", organ, "--extent", "96,200,200", "--structures", "nuclei"]).code == 0)
      func tile(_ output: String) -> [String] {
        [
          "tile", organ + "/nuclei/planes", directory + "/" + output, "--chunk", "16", "--shard", "16,32,32",
          "--threads",
          "1", "--voxel-size", "4,2,2",
        ]
      }
      #expect(try run(tile("whole/s.zarr")).code == 0)
      try stopAtRandom(tile("stopped/s.zarr"), &numbers)
      #expect(
        try differences(contents(ofDirectory: directory + "/whole"), contents(ofDirectory: directory + "/stopped"))
          == [])
    }
  }

  @Test(.randomised) func inferenceAndTrainingStopAndResumeWhole() throws {
    try withTemporaryDirectory { directory in
      var numbers = SeededNumbers(seed: testSeed)
      let fixture = try TrainingFixture(in: directory)
      let network = try ResidualEncoderUNet(
        ArchitectureDescription(.extraSmall, classes: 2, deepSupervision: false), seed: 11)
      let description = ModelDescription(
        task: .segmentation, architecture: ArchitectureDescription(.extraSmall, classes: 2, deepSupervision: false),
        crop: [32, 32, 32])
      try createDirectory(directory + "/model")
      try Model.save(network, description, inDirectory: directory + "/model")
      func infer(_ output: String) -> [String] {
        [
          "infer", fixture.store, directory + "/" + output, "--model", directory + "/model", "--threads", "1",
          "--device", "cpu", "--keep-background-tiles",
        ]
      }
      #expect(try run(infer("whole/i.zarr")).code == 0)
      try stopAtRandom(infer("stopped/i.zarr"), &numbers, rounds: 4)
      #expect(
        try differences(contents(ofDirectory: directory + "/whole"), contents(ofDirectory: directory + "/stopped"))
          == [])
      // A folder of cases that become files, stopped in the middle of one.
      try createDirectory(directory + "/cases")
      for name in ["a", "b", "c"] {
        let ending = try run(["export", fixture.store, directory + "/cases/\(name)_0000.nii.gz"])
        #expect(ending.code == 0, "\(ending.errors)")
      }
      func inferCases(_ output: String) -> [String] {
        [
          "infer", directory + "/cases", "-o", directory + "/" + output, "--format", "nii.gz", "--probabilities",
          "--labels", "--model", directory + "/model", "--threads", "1", "--device", "cpu", "--keep-background-tiles",
        ]
      }
      #expect(try run(inferCases("whole-cases")).code == 0)
      try stopAtRandom(inferCases("stopped-cases"), &numbers, rounds: 5)
      for name in ["a", "b", "c"] {
        for kind in ["probabilities", "labels"] {
          let file = "/\(name)_\(kind).nii.gz"
          #expect(
            try readWholeFile(directory + "/whole-cases" + file) == readWholeFile(directory + "/stopped-cases" + file))
        }
      }
      func pretrain(_ output: String) -> [String] {
        ["pretrain", fixture.corpus, "-o", directory + "/" + output, "--steps", "6"] + TrainingFixture.small
      }
      #expect(try run(pretrain("trained")).code == 0)
      try stopAtRandom(pretrain("resumed"), &numbers, rounds: 4)
      let weights = "/model.safetensors"
      #expect(
        try readWholeFile(directory + "/trained" + weights) == readWholeFile(directory + "/resumed" + weights))
    }
  }

  @Test func nohupIsRespected() throws {
    try withTemporaryDirectory { directory in
      let program = try Running([
        "nohup", builtProgram("sheaf"), "phantom", directory + "/organ", "--extent", "96,200,200", "--structures",
        "nuclei",
      ])
      #expect(program.wait(until: { hasBegun(program.identifier) }))
      program.send(SIGHUP)
      #expect(program.wait(timeLimit: 120).code == 0)
    }
  }

  /// A limit on the size of files is a sentence, not a silent death, and the output resumes without it.
  @Test func aFileSizeLimitIsASentence() throws {
    try withTemporaryDirectory { directory in
      let organ = directory + "/organ"
      #expect(try run(["phantom", organ, "--extent", "40,160,160", "--structures", "nuclei"]).code == 0)
      let tile = ["tile", organ + "/nuclei/planes", directory + "/s.zarr", "--voxel-size", "4,2,2"]
      let limited = try Running(
        ["bash", "-c", "ulimit -f 100; exec \"$@\"", "bash", builtProgram("sheaf")] + tile
      ).wait(timeLimit: 120)
      #expect(limited.code == 74, "\(limited.errors)")
      #expect(limited.errors.contains("ulimit -f"), "\(limited.errors)")
      #expect(try run(tile).code == 0)
      #expect(try run(["verify", directory + "/s.zarr"]).code == 0)
    }
  }
}
