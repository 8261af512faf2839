import Files
import Foundation
import Jobs
import Launching
import MPI
import Scratch
import Synchronization
import Testing

/// Jobs of a lone process, within the test.
@Suite struct JobTests {
  private func job(
    _ directory: String, units: Int = 6, identity: String = "chunk: 64", command: String = "tile", name: String? = nil,
    settings: JobSettings = JobSettings(threads: 2)
  ) throws -> Job {
    try Job(
      plan: JobPlan(command: command, name: name, unitCount: units, memoryPerRankInBytes: 1000),
      directory: directory + "/out.zarr/.sheaf", identity: OutputIdentity(identity), output: directory + "/out.zarr",
      communicator: .single(), settings: settings)
  }

  private func text(_ unit: Int) -> Data { Data("unit \(unit)".utf8) }

  @Test(arguments: [1, 2, 5]) func payloadsComeInOrderOfUnitsAndStay(unitsAtOnce: Int) throws {
    try withTemporaryDirectory { directory in
      let first = try job(directory).run(unitsAtOnce: unitsAtOnce) { unit in
        usleep(UInt32(6 - unit) * 500)
        return text(unit)
      }
      #expect(first.payloads == (0..<6).map(text))
      #expect(first.unitsDoneNow == 6 && first.unitsDoneBefore == 0)
      let again = try job(directory)
      #expect(again.isComplete)
      let second = try again.run { _ in throw Fault.badData("nothing is left to do") }
      #expect(second.payloads == first.payloads)
      #expect(second.unitsDoneNow == 0 && second.unitsDoneBefore == 6)
    }
  }

  @Test func aJobWithoutUnitsIsDone() throws {
    try withTemporaryDirectory { directory in
      let outcome = try job(directory, units: 0).run { _ in Data() }
      #expect(outcome.payloads == [])
    }
  }

  /// Turns follow one another; what comes after a turn runs beside the next one, and a failing unit ends its own.
  @Test func unitsOverlapAfterTheirTurns() throws {
    try withTemporaryDirectory { directory in
      let inTurn = Atomic<Int>(0)
      let underWay = Mutex<(now: Int, most: Int)>((0, 0))
      let bothAreUnderWay = DispatchSemaphore(value: 0)
      let hasFailed = Atomic<Bool>(false)
      let outcome = try job(directory).runOverlapping { unit, turn in
        #expect(inTurn.wrappingAdd(1, ordering: .relaxed).newValue == 1)
        let now = underWay.withLock {
          $0.now += 1
          $0.most = max($0.most, $0.now)
          return $0.now
        }
        defer { underWay.withLock { $0.now -= 1 } }
        usleep(1000)
        inTurn.wrappingSubtract(1, ordering: .relaxed)
        if unit == 4 && !hasFailed.exchange(true, ordering: .relaxed) { throw Fault.io("once") }
        turn.end()
        turn.end()
        // The first unit stays until another one has begun.
        if unit == 0 { #expect(bothAreUnderWay.wait(timeout: .now() + 300) == .success) }
        if now == 2 { bothAreUnderWay.signal() }
        return text(unit)
      }
      #expect(outcome.payloads == (0..<6).map(text))
      #expect(underWay.withLock { $0.most } == 2)
    }
  }

  @Test func theNextUnitIsPrefetchedWhileOneRuns() throws {
    try withTemporaryDirectory { directory in
      let events = Mutex<[String]>([])
      let outcome = try job(directory).run(
        prefetch: { unit in
          events.withLock { $0.append("prefetch \(unit)") }
          throw Fault.io("only a head start")
        },
        { unit in
          events.withLock { $0.append("run \(unit)") }
          return text(unit)
        })
      #expect(outcome.payloads.count == 6)
      let seen = events.withLock { $0 }
      for unit in 1..<6 {
        let prefetch = try #require(seen.firstIndex(of: "prefetch \(unit)"))
        #expect(prefetch < seen.firstIndex(of: "run \(unit)")!)
        if unit > 1 { #expect(prefetch > seen.firstIndex(of: "run \(unit - 2)")!) }
      }
    }
  }

  @Test func aFailingUnitIsTriedThreeTimesAndTheRestContinues() throws {
    try withTemporaryDirectory { directory in
      let attempts = Mutex<[Int: Int]>([:])
      let fault = #expect(throws: Fault.self) {
        try job(directory).run { unit in
          let attempt = attempts.withLock {
            $0[unit, default: 0] += 1
            return $0[unit]!
          }
          if unit == 3 || (unit == 1 && attempt < 3) { throw Fault.badData("plane \(unit) is damaged") }
          return text(unit)
        }
      }
      #expect(fault?.kind == .badData && fault?.isOnEveryRank == true)
      #expect(fault?.message == "unit 3 of tile failed 3 times and was set aside: plane 3 is damaged")
      #expect(attempts.withLock { $0 } == [0: 1, 1: 3, 2: 1, 3: 3, 4: 1, 5: 1])
      // The next run tries only the one that is missing.
      let outcome = try job(directory).run { unit in
        #expect(unit == 3)
        return text(unit)
      }
      #expect(outcome.unitsDoneBefore == 5 && outcome.payloads == (0..<6).map(text))
    }
  }

  @Test func aFullDiskStopsTheJobAtOnce() throws {
    try withTemporaryDirectory { directory in
      let runs = Atomic<Int>(0)
      let fault = #expect(throws: Fault.self) {
        try job(directory).run { unit in
          runs.wrappingAdd(1, ordering: .relaxed)
          if unit == 2 { throw Fault.diskFull("cannot write: the disk is full") }
          return text(unit)
        }
      }
      #expect(fault?.kind == .io && fault?.isDiskFull == true)
      #expect(runs.load(ordering: .relaxed) == 3)
    }
  }

  @Test func aTimeLimitStopsResumably() throws {
    try withTemporaryDirectory { directory in
      // Long past when the job starts; its units wait until the dispatcher has noticed, so that some stay undone.
      let limited = try job(directory, units: 1000, settings: JobSettings(threads: 1, maxHours: 0))
      let fault = #expect(throws: Fault.self) {
        try limited.run { unit in
          usleep(20_000)
          return text(unit)
        }
      }
      #expect(fault?.kind == .stopped)
      #expect(fault?.message.contains("stopped by the time limit") == true)
      let outcome = try job(directory, units: 1000).run(unitsAtOnce: 4) { text($0) }
      #expect(outcome.payloads == (0..<1000).map(text))
      #expect(outcome.unitsDoneBefore + outcome.unitsDoneNow == 1000 && outcome.unitsDoneNow > 0)
    }
  }

  @Test func errorsThatAreNotFaultsAreBugs() throws {
    struct Surprise: Error {}
    try withTemporaryDirectory { directory in
      let fault = #expect(throws: Fault.self) { try job(directory, units: 1).run { _ in throw Surprise() } }
      #expect(fault?.kind == .bug)
    }
  }

  @Test func aDryRunLeavesNothingBehind() throws {
    try withTemporaryDirectory { directory in
      let printed = Mutex("")
      let console = Console(isTerminal: false) { text in printed.withLock { $0 += text } }
      #expect(throws: DryRunEnd.self) {
        try job(directory, settings: JobSettings(threads: 2, dryRun: true, console: console))
      }
      #expect(printed.withLock { $0 }.hasPrefix("sheaf tile: 6 units\n"))
      let left = try directoryEntries(directory)
      #expect(left == [])
    }
  }

  @Test func invalidRequestsAreRefusedBeforeAnythingIsCreated() throws {
    try withTemporaryDirectory { directory in
      let fault = #expect(throws: Fault.self) {
        try job(directory, settings: JobSettings(memoryInBytes: 999, threads: 2))
      }
      #expect(fault?.kind == .usage)
      let left = try directoryEntries(directory)
      #expect(left == [])
    }
  }
}

/// Whose output it is.
@Suite struct JobPlaceTests {
  private func open(
    _ directory: String, identity: String = "chunk: 64\nshard: 512", command: String = "tile", name: String? = nil,
    units: Int = 2
  ) throws -> Job {
    try Job(
      plan: JobPlan(command: command, name: name, unitCount: units), directory: directory + "/out/.sheaf",
      identity: OutputIdentity(identity), output: directory + "/out", communicator: .single(),
      settings: JobSettings(threads: 1))
  }

  private func expectRefusal(_ text: String, _ body: () throws -> Job) {
    let fault = #expect(throws: Fault.self) { _ = try body() }
    #expect(fault?.kind == .cannotCreate)
    #expect(fault?.message.contains(text) == true, "\(fault?.message ?? "")")
  }

  @Test func otherSettingsAreRefusedNamingTheDifference() throws {
    try withTemporaryDirectory { directory in
      _ = try open(directory).run { _ in Data() }
      expectRefusal("expected \"shard: 256\", found \"shard: 512\"") {
        try open(directory, identity: "chunk: 64\nshard: 256")
      }
      expectRefusal("expected \"nothing\", found \"shard: 512\"") { try open(directory, identity: "chunk: 64") }
      expectRefusal("expected 3 units, found 2") { try open(directory, units: 3) }
      expectRefusal("was written by sheaf tile") { try open(directory, command: "infer") }
      #expect(try open(directory).isComplete)
    }
  }

  @Test func passesOfOneCommandShareAnOutput() throws {
    try withTemporaryDirectory { directory in
      _ = try open(directory, command: "infer", name: "infer-blocks").run { _ in Data() }
      let second = try open(directory, identity: "pass: 2", command: "infer", name: "infer-relabel", units: 7)
      #expect(second.unitsDoneBefore == 0)
      #expect(try open(directory, command: "infer", name: "infer-blocks").isComplete)
    }
  }

  @Test func whatSheafDidNotWriteIsNeverTouched() throws {
    try withTemporaryDirectory { directory in
      try createDirectory(directory + "/out")
      try publish("precious", to: directory + "/out/thesis.txt")
      expectRefusal("was not written by sheaf") { try open(directory) }
      #expect(fileExists(directory + "/out/thesis.txt"))
      #expect(!fileExists(directory + "/out/.sheaf"))
    }
  }

  @Test func anEmptyDirectoryIsWelcome() throws {
    try withTemporaryDirectory { directory in
      try createDirectory(directory + "/out/.sheaf")
      #expect(try open(directory).run { _ in Data() }.unitsDoneNow == 2)
    }
  }

  @Test func aDamagedJournalIsBadData() throws {
    try withTemporaryDirectory { directory in
      try createDirectory(directory + "/out/.sheaf")
      try publish("sheaf journal 1\nrubbish", to: directory + "/out/.sheaf/tile.journal")
      let fault = #expect(throws: Fault.self) { try open(directory) }
      #expect(fault?.kind == .badData)
    }
  }
}
