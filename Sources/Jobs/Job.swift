import Files
import Foundation
import MPI
import Threads

/// All units of one command (or one pass of it), done once each by whatever ranks there are, across any number of runs.
///
/// 1. `init` checks on rank 0 whose output this is, reads the journal, prints the plan, and refuses what cannot be done.
///    Nothing has been created yet when it refuses.
/// 2. `run` hands out the units that are not done. A unit's body publishes its files first and then returns; only then
///    is it entered in the journal, so a unit that was cut off is simply done again. Bodies must therefore be
///    idempotent, and what they write must not depend on which rank or thread runs them or in which order.
/// 3. What a body returns (small: counts, checksums, "this shard is empty") is in the journal and comes back with the
///    outcome, also from earlier runs.
///
/// All calls are collective, and their faults are thrown on every rank alike.
package final class Job {
  package let plan: JobPlan
  /// Units that earlier runs have done.
  package let unitsDoneBefore: Int
  /// Whether earlier runs have done all of it; `run` then returns their payloads without running anything.
  package var isComplete: Bool { unitsDoneBefore == plan.unitCount }

  private let communicator: Communicator
  private let settings: JobSettings
  /// Rank 0 only; closed once the job has run.
  private var journal: Journal?
  private var payloads: [Int: Data] = [:]
  private var isMarkedComplete = false

  private struct Opening: Codable {
    let unitsDone: Int
    let isDryRun: Bool
  }

  /// - Parameters:
  ///   - directory: where the journal lives, such as `<output>.zarr/.sheaf`; created when missing.
  ///   - identity: canonical text, one setting a line, of everything that decides the output's bytes: settings and
  ///     fingerprints of the inputs, but neither ranks, threads nor memory (see `ResolvedSettings`).
  ///   - output: the file or directory the command creates. When something is there that no journal in `directory`
  ///     accounts for, the job refuses to touch it. `--overwrite` removes output that Sheaf wrote, of whatever identity,
  ///     and only that; later passes of a command continue what its first pass began.
  /// - Throws: `Fault.cannotCreate` when the output belongs to another command, other settings, or somebody else;
  ///   `Fault.usage` when the plan needs more than `--memory`; `Fault.io` when it needs more disk than is free;
  ///   `DryRunEnd` after the plan when it was only to be printed.
  package init(
    plan: JobPlan, directory: String, identity: String, output: String? = nil, communicator: Communicator,
    settings: JobSettings
  ) throws {
    self.plan = plan
    self.settings = settings
    self.communicator = try communicator.duplicate()
    let ranks = try RankResources.gather(settings, communicator)
    var opened: Journal?
    let opening = try communicator.rootOnly {
      let header = Journal.Header(
        command: plan.command, name: plan.name, unitCount: plan.unitCount, identity: identity)
      let place = JournalPlace(directory: directory, output: output, header: header)
      let state = try place.examine(overwrite: settings.overwrite)
      let unitsDone = state.contents?.payloads.count ?? 0
      let target = output ?? directory
      let report = PlanReport(
        plan: plan, settings: settings, ranks: ranks!, unitsDone: unitsDone,
        disk: freeDiskInBytes(at: target).map { (target, $0) })
      // The plan of the first pass stands for the whole command.
      if settings.printsPlan && !header.isLaterPass { for line in report.lines { settings.console.line(line) } }
      if state.contents?.isComplete != true { try report.refuseIfImpossible() }
      if settings.dryRun { return Opening(unitsDone: unitsDone, isDryRun: true) }
      opened = try place.open(state)
      return Opening(unitsDone: opened!.contents.payloads.count, isDryRun: false)
    }
    unitsDoneBefore = opening.unitsDone
    if opening.isDryRun { throw DryRunEnd() }
    journal = opened
    payloads = opened?.contents.payloads ?? [:]
    isMarkedComplete = opened?.contents.isComplete ?? false
  }

  /// Runs the units that are not done yet. To be called once.
  ///
  /// - Parameters:
  ///   - unitsAtOnce: units that this rank runs side by side, each on a thread of its own; 1 leaves all threads to the
  ///     body, which then runs one unit after the other. May differ between ranks.
  ///   - prefetch: called on another thread with the unit that will run next, while one runs; its errors are ignored.
  ///   - body: does a unit and returns what the journal shall keep of it. May throw `Fault.stopped` to abandon the unit
  ///     when `StopSignals` says so.
  /// - Returns: the payloads on rank 0, and counts on every rank.
  /// - Throws: `Fault.stopped` after a signal or the time limit; when units failed three times, a fault of the first
  ///   one's kind that names them, after all others are done; at once when the disk is full.
  package func run(
    unitsAtOnce: Int = 1, prefetch: (@Sendable (Int) throws -> Void)? = nil, _ body: @Sendable (Int) throws -> Data
  ) throws -> JobOutcome {
    try run(unitsAtOnce: unitsAtOnce, prefetch: prefetch, turns: nil) { unit, _ in try body(unit) }
  }

  /// Runs the units one after the other, but lets each begin when the one before says that its turn is over: while files
  /// are flushed to the disk, the processors go on. At most two units are under way at a time.
  package func runOverlapping(_ body: @Sendable (Int, UnitTurn) throws -> Data) throws -> JobOutcome {
    try run(unitsAtOnce: 2, prefetch: nil, turns: DispatchSemaphore(value: 1), body)
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
    // A message that cannot be sent fails the workers too, so the watcher need not report it.
    let watcher = StopWatcher(stopSignals) { try? dispatcher.stop($0) }
    let work = Result {
      try Workers(source: dispatcher, slots: unitsAtOnce, prefetch: prefetch, turns: turns).run(body)
    }
    watcher.end()
    try work.get()
    try dispatcher.bye()
    return try conclude(setAside: [:], stopFault: nil)
  }

  /// Into how many units an earlier run has divided the job `name` whose journal lies in `directory`; nil when there
  /// was none. For commands that choose the division: resuming needs the same one.
  package static func unitCount(of name: String, in directory: String) -> Int? {
    // A journal that cannot be read is reported by `init`.
    (try? Journal.read(joinPath(directory, name + JournalPlace.suffix)))?.header.unitCount
  }

  private func dispatch(
    workers: Int, _ stopSignals: StopSignals, _ runWorkers: (Dispatcher) throws -> Void
  ) throws -> (setAside: [Int: Fault], stopFault: Fault?) {
    let progress = Progress(
      label: plan.name, total: plan.unitCount, unitName: plan.unitName, done: unitsDoneBefore,
      bytesPerUnit: plan.unitCount > 0 ? Double(plan.bytesRead) / Double(plan.unitCount) : 0,
      console: settings.console)
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

  /// Rank 0 closes the books; every rank learns how the job ended.
  private func conclude(setAside: [Int: Fault], stopFault: Fault?) throws -> JobOutcome {
    let unitsDone = try communicator.rootOnly {
      if payloads.count == plan.unitCount {
        if !isMarkedComplete { try journal!.complete(payloadsInOrder) }
        return payloads.count
      }
      try journal!.flush()
      if let fault = setAsideFault(setAside) { throw fault }
      if let stopFault, stopFault.kind == .stopped {
        throw Fault.stopped(
          "\(plan.name) \(stopFault.message), with \(payloads.count) of \(plan.unitCount) \(plan.unitName) done; "
            + "run the same command again\(settings.overwrite ? " without --overwrite" : "") to resume")
      }
      throw stopFault ?? Fault(.bug, "\(plan.name) ended with units that are neither done nor failed")
    }
    return JobOutcome(
      payloads: communicator.isRoot ? payloadsInOrder : [],
      unitsDoneBefore: unitsDoneBefore, unitsDoneNow: unitsDone - unitsDoneBefore)
  }

  /// Of a job with all units done.
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
