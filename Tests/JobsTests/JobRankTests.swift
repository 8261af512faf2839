import Foundation
import Launching
import Scratch
import TestTraits
import Testing

/// The probe's job on real ranks: whatever happens, the same files and payloads in the end.
@Suite(.serialized) struct JobRankTests {
  /// 0 stands for a start without mpirun.
  static let rankCounts = [0, 1, 2, 3]

  private func probe(_ ranks: Int, _ directory: String, _ arguments: String...) throws -> Running {
    try Running(launch(ranks: ranks, builtProgram("mpi-probe"), ["job", "directory=\(directory)/out"] + arguments))
  }

  /// What the probe's units left in its log: how often each began and was done.
  private func events(_ kind: String, _ directory: String) -> [Int: Int] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory + "/out/log")) ?? []
    return names.reduce(into: [:]) { counts, name in
      let parts = name.split(separator: "-")
      if parts[0] == kind { counts[Int(parts[1])!, default: 0] += 1 }
    }
  }

  /// Waits until so many units are done; false when the program ends before.
  private func waitUntil(_ count: Int, areDoneIn directory: String, _ running: Running) -> Bool {
    while running.isRunning {
      if events("done", directory).values.reduce(0, +) >= count { return true }
      usleep(2000)
    }
    return false
  }

  @Test(arguments: rankCounts, [1, 3]) func everyUnitIsDoneOnce(ranks: Int, atOnce: Int) throws {
    try withTemporaryDirectory { directory in
      for run in 0..<2 {
        let ending = try probe(ranks, directory, "units=50", "at-once=\(atOnce)", "prefetch").wait()
        #expect(ending.code == 0, "\(ending.errors)")
        #expect(ending.output.contains("all 50 units agree"))
        for rank in 0..<max(1, ranks) {
          #expect(ending.output.contains("rank \(rank): \(run * 50) before, \(50 - run * 50) now"))
        }
      }
      #expect(events("begin", directory) == Dictionary(uniqueKeysWithValues: (0..<50).map { ($0, 1) }))
      if ranks != 1 { #expect(!events("prefetch", directory).isEmpty) }
    }
  }

  @Test(arguments: [0, 2, 3]) func allRanksDoEachUnitTogether(ranks: Int) throws {
    try withTemporaryDirectory { directory in
      let failed = try probe(ranks, directory, "units=6", "together", "poison=3").wait()
      #expect(failed.code == 65 && failed.errors.contains("unit 3 is damaged"), "\(failed.errors)")
      let all = max(1, ranks)
      #expect(events("done", directory) == [0: all, 1: all, 2: all])
      let stopped = try probe(
        ranks, directory, "units=6", "together", "milliseconds=700", "max-hours=0.0003"
      ).wait()
      #expect(stopped.code == 75 && stopped.errors.contains("of 6 units done"), "\(stopped.errors)")
      let before = events("done", directory).count
      #expect((4...5).contains(before))
      // Another number of ranks, each for itself, goes on with what they have left.
      let ending = try probe(2, directory, "units=6").wait()
      #expect(ending.code == 0 && ending.output.contains("all 6 units agree"), "\(ending.errors)")
      #expect(ending.output.contains("rank 1: \(before) before, \(6 - before) now"))
    }
  }

  @Test func allRanksWork() throws {
    try withTemporaryDirectory { directory in
      let ending = try probe(3, directory, "units=30", "wait-for-ranks=3").wait()
      #expect(ending.code == 0, "\(ending.errors)")
      let names = try FileManager.default.contentsOfDirectory(atPath: directory + "/out/log")
      #expect(Set(names.map { $0.split(separator: "-")[2] }) == ["0", "1", "2"])
    }
  }

  @Test(arguments: [0, 2, 3]) func failingUnitsAreSetAsideAndTheRestContinues(ranks: Int) throws {
    try withTemporaryDirectory { directory in
      let ending = try probe(ranks, directory, "units=30", "poison=7,4", "flaky=0,1,2,29").wait()
      #expect(ending.code == 65, "\(ending.errors)")
      #expect(
        ending.errors.components(
          separatedBy: "2 of 30 units of probe failed 3 times and were set aside (4, 7); the first: unit 4 is damaged"
        ).count == 2, "\(ending.errors)")
      #expect(events("done", directory).count == 28)
      #expect(events("begin", directory)[4] == 3 && events("begin", directory)[7] == 3)
      #expect(try probe(ranks, directory, "units=30").wait().code == 0)
    }
  }

  @Test(arguments: [0, 3]) func aFullDiskStopsAllRanks(ranks: Int) throws {
    try withTemporaryDirectory { directory in
      let ending = try probe(ranks, directory, "units=200", "milliseconds=10", "full=5").wait()
      #expect(ending.code == 74 && ending.errors.contains("the disk is full"), "\(ending.errors)")
      #expect(events("begin", directory).count < 100)
      #expect(events("begin", directory)[5] == 1)
    }
  }

  @Test(arguments: [0, 2]) func refusalsAreReportedOnceAndNoRankHangs(ranks: Int) throws {
    try withTemporaryDirectory { directory in
      #expect(try probe(ranks, directory, "units=5").wait().code == 0)
      let cases: [(arguments: [String], code: Int32, text: String)] = [
        (["identity=units: b"], 73, "expected \"units: b\", found \"units: a\""),
        (["command=other"], 73, "was written by sheaf probe"),
      ]
      for (arguments, code, text) in cases {
        let ending = try probe(ranks, directory, "units=5", arguments[0]).wait()
        #expect(ending.code == code && ending.errors.components(separatedBy: text).count == 2, "\(ending.errors)")
      }
    }
    try withTemporaryDirectory { directory in
      let memory = try probe(ranks, directory, "memory-needed=2000000", "memory=1MiB").wait()
      #expect(memory.code == 64 && memory.errors.contains("--memory 2MiB"), "\(memory.errors)")
      let disk = try probe(ranks, directory, "disk-needed=\(1 << 60)").wait()
      #expect(disk.code == 74 && disk.errors.contains("free some space"), "\(disk.errors)")
      let dry = try probe(ranks, directory, "dry-run").wait()
      #expect(dry.code == 0 && dry.errors.contains("sheaf probe: 20 units") && dry.output.isEmpty, "\(dry.errors)")
      let left = try FileManager.default.contentsOfDirectory(atPath: directory)
      #expect(left == [])
    }
  }

  @Test(arguments: [0, 2, 3], [SIGUSR1, SIGTERM]) func aSignalStopsCleanlyAndTheNextRunResumes(
    ranks: Int, signal: Int32
  ) throws {
    // mpirun turns SIGTERM into a kill, so there the signal goes to a rank, as from a batch system.
    try withTemporaryDirectory { directory in
      let running = try probe(ranks, directory, "units=2000", "milliseconds=20")
      #expect(waitUntil(5, areDoneIn: directory, running))
      if ranks == 0 || signal == SIGUSR1 {
        running.send(signal)
      } else {
        kill(try processes(directory).max { $0.rank < $1.rank }!.identifier, signal)
      }
      let ending = running.wait()
      #expect(ending.code == 75 && !ending.timedOut, "\(ending.errors)")
      #expect(ending.errors.contains(signal == SIGUSR1 ? "stopped by SIGUSR1" : "stopped by SIGTERM"))
      let done = events("done", directory)
      // All that had begun was finished and is known to the next run.
      #expect(events("begin", directory) == done && done.count < 2000)
      let next = try probe(ranks, directory, "units=2000", "milliseconds=20", "max-hours=0").wait()
      #expect(next.code == 75 && next.errors.contains("\(done.count) of them done already"), "\(next.errors)")
    }
  }

  /// Rank and process of everything that wrote to the log.
  private func processes(_ directory: String) throws -> [(rank: Int, identifier: Int32)] {
    try FileManager.default.contentsOfDirectory(atPath: directory + "/out/log").map { name in
      let parts = name.split(separator: "-")
      return (Int(parts[2])!, Int32(parts[3])!)
    }
  }

  @Test func aSecondSignalEndsAtOnce() throws {
    try withTemporaryDirectory { directory in
      let running = try probe(0, directory, "units=2", "milliseconds=100000")
      while events("begin", directory).isEmpty && running.isRunning { usleep(2000) }
      running.send(SIGTERM)
      // Two signals in quick succession may merge into one, so repeat until it has ended.
      while running.isRunning {
        usleep(50_000)
        running.send(SIGTERM)
      }
      let ending = running.wait()
      #expect(ending.code == 75 && !ending.timedOut)
      #expect(events("done", directory).isEmpty)
    }
  }

  /// Ranks (or mpirun itself) are killed with SIGKILL at random moments, and the job goes on with another number of
  /// ranks each time.
  @Test(.randomised, arguments: 0..<4) func killsAtRandomTimesLoseNothing(round: Int) throws {
    var random = SeededNumbers.ofTest(stream: round)
    try withTemporaryDirectory { directory in
      let units = 60
      var attempts = 0
      var kills = 0
      var handsLost = 0
      while true {
        let ranks = (round + attempts) % 4
        let atOnce = Int.random(in: 1...2, using: &random)
        let running = try probe(
          ranks, directory, "units=\(units)", "milliseconds=15", "at-once=\(atOnce)", "prefetch", "flaky=11,12")
        let doneBefore = events("done", directory).values.reduce(0, +)
        if attempts < 3, waitUntil(doneBefore + Int.random(in: 1...12, using: &random), areDoneIn: directory, running) {
          usleep(UInt32.random(in: 0..<8000, using: &random))
          let alive = try processes(directory).filter { kill($0.identifier, 0) == 0 }
          let rank = Int.random(in: 0..<max(1, ranks), using: &random)
          let victim = alive.first { $0.rank == rank }?.identifier ?? running.identifier
          kill(Bool.random(using: &random) ? victim : running.identifier, SIGKILL)
          attempts += 1
          handsLost += max(1, ranks) * atOnce
          let ending = running.wait()
          if ending.code != 0 { kills += 1 }
          #expect(ending.code != 0 || ending.output.contains("all \(units) units agree"))
          #expect(!ending.timedOut)
          continue
        }
        let ending = running.wait()
        #expect(ending.code == 0, "\(ending.errors)")
        #expect(ending.output.contains("all \(units) units agree"))
        break
      }
      #expect(kills > 0)
      // A kill costs at most what each worker had in hand: everything else came from the journal.
      let done = events("done", directory)
      #expect(done.count == units)
      #expect(done.values.reduce(0, +) <= units + handsLost, "\(done)")
    }
  }

  @Test func aRankThatDiesEndsTheJobAndAnotherRunFinishesIt() throws {
    try withTemporaryDirectory { directory in
      let ending = try probe(2, directory, "units=20", "milliseconds=10", "deadly=6").wait()
      #expect(ending.code == 137 && !ending.timedOut, "\(ending.errors)")
      #expect(try probe(3, directory, "units=20").wait().code == 0)
    }
  }

  @Test func aTruncatedJournalIsRepaired() throws {
    try withTemporaryDirectory { directory in
      #expect(try probe(2, directory, "units=10").wait().code == 0)
      let journal = URL(fileURLWithPath: directory + "/out/.sheaf/probe.journal")
      let whole = try Data(contentsOf: journal)
      // Without the last record (that all is complete) and half of the one before.
      try whole.dropLast(32 + 20).write(to: journal)
      let ending = try probe(2, directory, "units=10").wait()
      #expect(ending.code == 0 && ending.output.contains("rank 0: 9 before, 1 now"), "\(ending.output)")
      let mended = try Data(contentsOf: journal)
      #expect(mended == whole)
    }
  }
}
