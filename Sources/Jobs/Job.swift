import Files
import Foundation
import MPI
import Threads

/// All units of one command (or of one pass of it), each done once by however many ranks there are, across any number
/// of runs.
///
/// 1. `init` checks on rank 0 whose journal this is, reads it, prints the plan, and refuses what cannot be done. It
///    creates nothing before it refuses.
/// 2. `run` hands out the units that are not done. A unit's body publishes its files first and then returns; only then
///    is the unit entered in the journal, so an interrupted unit is simply done again. Bodies must therefore be
///    idempotent, and what they write must not depend on which rank or thread runs them or in which order.
/// 3. What a body returns (small: counts, checksums, "this shard is empty") is stored in the journal and returned with
///    the outcome, including the results of earlier runs.
///
/// All calls are collective, and every rank throws the same faults.
public final class Job {
  package let plan: JobPlan
  /// The number of units that earlier runs have done.
  package private(set) var unitsDoneBefore: Int
  /// Whether earlier runs have done everything; `run` then returns their payloads without running anything.
  package var isComplete: Bool { unitsDoneBefore == plan.unitCount }

  private let communicator: Communicator
  private let settings: JobSettings
  /// Rank 0 only; closed once the job has run.
  private var journal: Journal?
  private var payloads: [Int: Data] = [:]
  private var isMarkedComplete = false

  /// - Parameters:
  ///   - directory: where the journal is stored, such as `<output>.zarr/.sheaf`; created if missing.
  ///   - identity: of everything that determines the bytes of the output: settings and contents of the inputs, but not
  ///     ranks, threads or memory (see `ResolvedSettings`).
  ///   - output: the file or directory the command creates, as `OutputPlace.write` gives it. If it exists and no journal
  ///     in `directory` accounts for it, the job refuses to touch it.
  ///   - recheck: called on rank 0 for each unit that earlier runs have done: why what it left cannot be used, as a
  ///     sentence, or nil when it can. Such a unit is done again.
  /// - Throws: `Fault.cannotCreate` when the output belongs to another command, other settings, or was not written by
  ///   Sheaf; `Fault.usage` when the plan needs more than `--memory`; `Fault.io` when it needs more disk space than is
  ///   free; `DryRunEnd` after the plan if it was only to be printed.
  package init(
    plan: JobPlan, directory: String, identity: OutputIdentity, output: String? = nil, communicator: Communicator,
    settings: JobSettings, recheck: (_ unit: Int) throws -> String? = { _ in nil }
  ) throws {
    self.plan = plan
    self.settings = settings
    self.communicator = try communicator.duplicate()
    let ranks = try RankResources.gather(settings, communicator)
    try settings.console.gatherWarnings(communicator)
    // Why units that were done must be done again.
    var lost: [Int: String] = [:]
    let header = Journal.Header(
      command: plan.command, name: plan.name, unitCount: plan.unitCount, identity: identity.text)
    try RankAgreement.require([header.fact], communicator)
    let mayStart = try communicator.rootOnly { () throws -> Bool in
      let place = JournalPlace(directory: directory, output: output, header: header, identity: identity)
      let found = try place.examine()
      let done = found?.payloads.keys.sorted() ?? []
      for unit in done { lost[unit] = try recheck(unit) }
      let unitsDone = done.count - lost.count
      let target = output ?? directory
      let report = PlanReport(
        plan: plan, settings: settings, ranks: ranks!, unitsDone: unitsDone,
        disk: freeDiskInBytes(at: target).map { (OutputPlace.shown(target), $0) })
      // The plan of the first pass covers the whole command.
      if settings.printsPlan && !header.isLaterPass { report.print(on: settings.console) }
      for (unit, reason) in lost.sorted(by: { $0.key < $1.key }) {
        settings.console.line("unit \(unit) of \(plan.name) is done again: \(reason)")
      }
      if found?.isComplete != true || !lost.isEmpty { try report.refuseIfImpossible() }
      try settings.console.warnings.refuseIfStrict()
      return !settings.dryRun
    }
    guard mayStart else { throw DryRunEnd() }
    if !header.isLaterPass { try RankAgreement.requireSharedPlace(output ?? directory, communicator) }
    var opened: Journal?
    unitsDoneBefore = try communicator.rootOnly {
      let place = JournalPlace(directory: directory, output: output, header: header, identity: identity)
      opened = try place.open(place.examine())
      return opened!.contents.payloads.count - lost.count
    }
    journal = opened
    payloads = (opened?.contents.payloads ?? [:]).filter { lost[$0.key] == nil }
    isMarkedComplete = opened?.contents.isComplete == true && lost.isEmpty
  }

  /// Runs the units that are not done yet. Must be called only once.
  ///
  /// - Parameters:
  ///   - unitsAtOnce: the number of units this rank runs concurrently, each on its own thread; 1 leaves all threads to
  ///     the body, and units run one after the other. May differ between ranks.
  ///   - prefetch: called on another thread with the unit that will run next, while one is running; its errors are
  ///     ignored.
  ///   - body: does a unit and returns what the journal should keep of it. May throw `Fault.stopped` to abandon the
  ///     unit when `StopSignals` requests a stop.
  /// - Returns: the payloads on rank 0, and counts on every rank.
  /// - Throws: `Fault.stopped` after a signal or the time limit; if units failed three times, a fault of the same kind
  ///   as the first one's that names them, after all others are done; immediately when the disk is full.
  package func run(
    unitsAtOnce: Int = 1, prefetch: (@Sendable (Int) throws -> Void)? = nil, _ body: @Sendable (Int) throws -> Data
  ) throws -> JobOutcome {
    try StopSignals.whilePolled {
      try run(unitsAtOnce: unitsAtOnce, prefetch: prefetch, turns: nil) { unit, _ in try body(unit) }
    }
  }

  /// Runs the units that are not done yet one after the other, each by all ranks together: for units that are too few to
  /// go round.
  ///
  /// - Parameter body: as that of `run`, but collective; what it returns on rank 0 is recorded. Every rank throws the same.
  /// - Throws: as `run`, but what a unit throws ends the job: no other rank would do better.
  package func runTogether(_ body: (Int) throws -> Data) throws -> JobOutcome {
    precondition(journal != nil || !communicator.isRoot, "a job runs once")
    defer { journal = nil }
    if isComplete { return try conclude(setAside: [:], stopFault: nil) }
    let stopSignals = StopSignals(maxHours: settings.maxHours)
    let shown = communicator.isRoot ? ShownProgress(progress(), done: payloads.count) : nil
    let fault = try StopSignals.whilePolled { () throws -> Fault? in
      for unit in try communicator.broadcast((0..<plan.unitCount).filter { payloads[$0] == nil }) {
        do {
          try communicator.everyRank { if let reason = stopSignals.reason { throw Fault.stopped(reason) } }
          let payload = try body(unit)
          try communicator.rootOnly {
            try journal!.append(unit: unit, payload: payload)
            try journal!.flushIfDue()
            payloads[unit] = payload
            shown!.addOne()
          }
        } catch {
          return Fault(describing: error)
        }
      }
      return nil
    }
    shown?.finish()
    return try conclude(setAside: [:], stopFault: fault)
  }

  /// Runs the units one after the other, but lets each start as soon as the previous one gives up its turn: the
  /// processors stay busy while files are flushed to disk. At most two units are in progress at a time.
  package func runOverlapping(_ body: @Sendable (Int, UnitTurn) throws -> Data) throws -> JobOutcome {
    try StopSignals.whilePolled {
      try run(unitsAtOnce: 2, prefetch: nil, turns: DispatchSemaphore(value: 1), body)
    }
  }

  private func run(
    unitsAtOnce: Int, prefetch: (@Sendable (Int) throws -> Void)?, turns: DispatchSemaphore?,
    _ body: @Sendable (Int, UnitTurn) throws -> Data
  ) throws -> JobOutcome {
    precondition(unitsAtOnce >= 1 && unitsAtOnce < Communicator.tagLimit - 2)
    precondition(journal != nil || !communicator.isRoot, "a job runs once")
    defer { journal = nil }
    if isComplete { return try conclude(setAside: [:], stopFault: nil) }
    let workers = try communicator.allReduce(unitsAtOnce, .sum)
    let stopSignals = StopSignals(maxHours: settings.maxHours)
    if communicator.isRoot {
      let ending = try dispatch(workers: workers, stopSignals) { dispatcher in
        try Workers(source: dispatcher, slots: unitsAtOnce, prefetch: prefetch, turns: turns).run(body)
      }
      return try conclude(setAside: ending.setAside, stopFault: ending.stopFault)
    }
    let dispatcher = RemoteDispatcher(communicator)
    // If a message cannot be sent, the workers fail too, so the watcher need not report it.
    let watcher = StopWatcher(stopSignals) { try? dispatcher.stop($0) }
    let work = Result {
      try Workers(source: dispatcher, slots: unitsAtOnce, prefetch: prefetch, turns: turns).run(body)
    }
    watcher.end()
    try work.get()
    try dispatcher.bye()
    return try conclude(setAside: [:], stopFault: nil)
  }

  /// What earlier runs recorded of the units they did, by unit; on rank 0 only.
  package var payloadsOfEarlierRuns: [Int: Data] { payloads }

  /// Has units done again that earlier runs have done, because what they read has changed. Collective, before `run`;
  /// the same units on every rank.
  package func takeBack(_ units: Set<Int>) throws {
    try communicator.rootOnly {
      for unit in units.sorted() where payloads.removeValue(forKey: unit) != nil {
        try journal!.append(takingBack: unit)
      }
      try journal!.flush()
    }
    isMarkedComplete = isMarkedComplete && units.isEmpty
    unitsDoneBefore -= units.count
  }

  /// Removes the journals of a command's later passes, so that they are done again. Rank 0 only.
  package static func forgetLaterPasses(of command: String, in directory: String) throws {
    for name in try directoryEntries(directory)
    where name.hasPrefix("\(command)-") && name.hasSuffix(JournalPlace.suffix) {
      if unlink(joinPath(directory, name)) != 0 && errno != ENOENT {
        throw systemFault("remove", joinPath(directory, name))
      }
    }
  }

  /// The number of units into which an earlier run divided the job `name` whose journal is in `directory`; nil if there
  /// was none. For commands that choose the division: resuming requires the same one.
  package static func unitCount(of name: String, in directory: String) -> Int? {
    // `init` reports a journal that cannot be read.
    (try? Journal.read(joinPath(directory, name + JournalPlace.suffix)))?.header.unitCount
  }

  private func dispatch(
    workers: Int, _ stopSignals: StopSignals, _ runWorkers: (Dispatcher) throws -> Void
  ) throws -> (setAside: [Int: Fault], stopFault: Fault?) {
    let progress = self.progress()
    let dispatcher = Dispatcher(
      unitCount: plan.unitCount, payloads: payloads, journal: journal!, communicator: communicator, workers: workers,
      stopSignals: stopSignals, progress: progress)
    let serving = DispatchGroup()
    serving.enter()
    startThread {
      dispatcher.serve()
      serving.leave()
    }
    let work = Result { try runWorkers(dispatcher) }
    dispatcher.ownWorkersHaveEnded()
    serving.wait()
    progress.finish()
    payloads = dispatcher.payloads
    try work.get()
    return try dispatcher.result()
  }

  private func progress() -> Progress {
    Progress(
      label: plan.name, total: plan.unitCount, unitName: plan.unitName, done: unitsDoneBefore,
      bytesPerUnit: plan.unitCount > 0 ? Double(plan.bytesRead) / Double(plan.unitCount) : 0,
      console: settings.console)
  }

  /// Rank 0 closes the journal; every rank learns how the job ended.
  private func conclude(setAside: [Int: Fault], stopFault: Fault?) throws -> JobOutcome {
    try settings.console.gatherWarnings(communicator)
    let unitsDone = try communicator.rootOnly {
      try settings.console.warnings.refuseIfStrict()
      if payloads.count == plan.unitCount {
        if !isMarkedComplete { try journal!.complete(payloadsInOrder) }
        return payloads.count
      }
      try journal!.flush()
      if let fault = setAsideFault(setAside) { throw fault }
      if let stopFault, stopFault.kind == .stopped {
        throw Fault.stopped(
          "\(plan.name) \(stopFault.message), with \(payloads.count) of \(plan.unitCount) \(plan.unitName) done; "
            + "run the same command again to resume")
      }
      throw stopFault ?? Fault(.bug, "\(plan.name) ended with units neither done nor failed")
    }
    return JobOutcome(
      payloads: communicator.isRoot ? payloadsInOrder : [],
      unitsDoneBefore: unitsDoneBefore, unitsDoneNow: unitsDone - unitsDoneBefore)
  }

  /// The outcome of a job whose units are all done.
  private var payloadsInOrder: [Data] { (0..<plan.unitCount).map { payloads[$0]! } }

  private func setAsideFault(_ setAside: [Int: Fault]) -> Fault? {
    guard let first = setAside.min(by: { $0.key < $1.key }) else { return nil }
    if setAside.count == 1 {
      return Fault(
        first.value.kind,
        "unit \(first.key) of \(plan.name) failed \(UnitQueue.attemptsAllowed) times and was set aside: "
          + first.value.message)
    }
    let numbers = setAside.keys.sorted()
    let shown = numbers.prefix(20).map(String.init).joined(separator: ", ") + (numbers.count > 20 ? ", …" : "")
    return Fault(
      first.value.kind,
      "\(setAside.count) of \(plan.unitCount) units of \(plan.name) failed \(UnitQueue.attemptsAllowed) times and were "
        + "set aside (\(shown)); the first: \(first.value.message)")
  }
}
