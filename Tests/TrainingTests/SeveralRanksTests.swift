import Files
import Foundation
import Launching
import Networks
import Scratch
import TestTraits
import Testing

/// Training under mpirun: the same learning whatever the number of ranks.
@Suite(.serialized) struct SeveralRanksTests {
  private func train(
    _ run: String, ranks: Int, steps: Int, batch: Int, _ event: [String] = []
  ) throws -> Ending {
    try Running(
      launch(ranks: ranks, builtProgram("training-probe"), [run, "\(steps)", "\(batch)"] + event)
    ).wait()
  }

  /// (loss, gradient norm) of each step.
  private func curve(_ run: String) throws -> [(loss: Double, norm: Double)] {
    try String(contentsOfFile: run + "/metrics.csv", encoding: .utf8).split(separator: "\n").dropFirst().map {
      let fields = $0.split(separator: ",", omittingEmptySubsequences: false)
      return (Double(fields[1]) ?? .nan, Double(fields[3]) ?? .nan)
    }
  }

  /// A batch of 2 leaves some of three or four ranks without a sample, one of 5 is not divisible by 2 or 3.
  @Test(arguments: [2, 5])
  func oneToFourRanksHaveTheSameLossCurve(batch: Int) throws {
    try withTemporaryDirectory { directory in
      let steps = batch == 2 ? 30 : 6
      let ranks = batch == 2 ? [1, 2, 3, 4] : [0, 3]
      for count in ranks {
        let ending = try train("\(directory)/\(count)", ranks: count, steps: steps, batch: batch)
        try #require(ending.code == 0, "\(ending.errors)")
      }
      let alone = try curve("\(directory)/\(ranks[0])")
      #expect(alone.count == steps)
      for count in ranks.dropFirst() {
        for (step, (a, b)) in zip(alone, try curve("\(directory)/\(count)")).enumerated() {
          #expect(abs(a.loss - b.loss) < 1e-4 * a.loss, "\(count) ranks, step \(step): \(a.loss) and \(b.loss)")
          #expect(abs(a.norm - b.norm) < 1e-2 * a.norm, "\(count) ranks, step \(step): \(a.norm) and \(b.norm)")
        }
      }
    }
  }

  @Test func twoRanksStoppedByOneOfThemAndResumedEndAtTheSameBits() throws {
    try withTemporaryDirectory { directory in
      #expect(try train("\(directory)/whole", ranks: 2, steps: 8, batch: 3).code == 0)
      let stopped = try train("\(directory)/parts", ranks: 2, steps: 8, batch: 3, ["stop", "1", "4"])
      #expect(stopped.code == 75, "\(stopped.errors)")
      #expect(try train("\(directory)/parts", ranks: 2, steps: 8, batch: 3).code == 0)
      #expect(
        try readWholeFile("\(directory)/whole/\(Model.weightsFileName)")
          == readWholeFile("\(directory)/parts/\(Model.weightsFileName)"))
    }
  }

  @Test func aRankThatIsKilledLeavesARunThatResumesToTheSameBits() throws {
    try withTemporaryDirectory { directory in
      #expect(try train("\(directory)/whole", ranks: 1, steps: 40, batch: 2).code == 0)
      let run = "\(directory)/parts"
      let running = try Running(["\(builtProgram("training-probe"))", run, "40", "2"])
      let (ending, _) = running.stop(with: SIGKILL) { fileCount(below: "\(run)/checkpoint") > 0 }
      #expect(ending.code == 128 + SIGKILL)
      #expect(try train(run, ranks: 1, steps: 40, batch: 2).code == 0)
      #expect(
        try readWholeFile("\(directory)/whole/\(Model.weightsFileName)")
          == readWholeFile("\(run)/\(Model.weightsFileName)"))
    }
  }

  /// Either rank is killed after a step of its own choice; the rest goes on from the last checkpoint.
  @Test(.randomised) func ranksKilledAtRandomStepsResumeToTheSameBits() throws {
    try withTemporaryDirectory { directory in
      #expect(try train("\(directory)/whole", ranks: 2, steps: 8, batch: 2).code == 0)
      let whole = try readWholeFile("\(directory)/whole/\(Model.weightsFileName)")
      var random = RandomStream(seed: testSeed)
      let run = "\(directory)/parts"
      for half in 0..<2 {
        let (rank, step) = (random.integer(below: 2), 4 * half + 1 + random.integer(below: 3))
        let ending = try train(run, ranks: 2, steps: 8, batch: 2, ["kill", "\(rank)", "\(step)"])
        #expect(ending.code != 0, "rank \(rank), step \(step)")
      }
      #expect(try train(run, ranks: 2, steps: 8, batch: 2).code == 0)
      #expect(try readWholeFile("\(run)/\(Model.weightsFileName)") == whole)
      let (a, b) = (try curve("\(directory)/whole"), try curve(run))
      #expect(a.map(\.loss) == b.map(\.loss) && a.map(\.norm) == b.map(\.norm))
    }
  }

  /// What was begun on two ranks goes on on three with the samples that two would have had.
  @Test func resumingOnAnotherNumberOfRanksUsesTheSameSamples() throws {
    try withTemporaryDirectory { directory in
      #expect(try train("\(directory)/whole", ranks: 2, steps: 8, batch: 3).code == 0)
      #expect(try train("\(directory)/parts", ranks: 2, steps: 8, batch: 3, ["stop", "0", "5"]).code == 75)
      #expect(try train("\(directory)/parts", ranks: 3, steps: 8, batch: 3).code == 0)
      let (whole, parts) = (try curve("\(directory)/whole"), try curve("\(directory)/parts"))
      #expect(whole.count == 8 && parts.count == 8)
      for (step, (a, b)) in zip(whole, parts).enumerated() {
        #expect(abs(a.loss - b.loss) < 1e-4 * a.loss, "step \(step): \(a.loss) and \(b.loss)")
        if step < 5 { #expect(a.loss == b.loss) }
      }
    }
  }

  @Test func parametersThatDriftApartAreAnErrorNamingTheRank() throws {
    try withTemporaryDirectory { directory in
      let ending = try train("\(directory)/run", ranks: 3, steps: 8, batch: 3, ["drift", "2", "3"])
      #expect(ending.code == 70)
      #expect(ending.errors.contains("rank 2 are not those of rank 0"), "\(ending.errors)")
    }
  }

  @Test func aBrokenSampleOnOneRankEndsAllNamingIt() throws {
    try withTemporaryDirectory { directory in
      let ending = try train("\(directory)/run", ranks: 2, steps: 8, batch: 3, ["broken", "4", "2"])
      #expect(ending.code == 65)
      #expect(ending.errors.contains("wave 4.2"), "\(ending.errors)")
      #expect(try directoryEntries("\(directory)/run/checkpoint") == ["step-3.checkpoint"])
    }
  }
}
