import Files
import Foundation
import MPI
import Threads

/// Hands out units on rank 0: to its own workers by direct calls, to the other ranks by messages.
///
/// 1. A rank asks with `WorkerMessage.next`; while none is waiting but some are still running (one might fail and be
///    returned), the request stays open until something changes. A negative reply ends the worker.
/// 2. Finished units are entered in the journal before anything else learns of them.
/// 3. `serve` runs on its own thread with its own communicator until every other rank has sent its last message and
///    rank 0's own workers have ended; it also flushes the journal, checks for stop signals and shows progress.
/// 4. A journal that cannot be written, or a failed MPI call, ends the job like a stop request.
final class Dispatcher: UnitSource, @unchecked Sendable {
  private let communicator: Communicator
  private let journal: Journal
  private let stopSignals: StopSignals
  private let progress: Progress
  private let doneBefore: Int
  private let workers: Int

  // All guarded by `condition`.
  private let condition = NSCondition()
  private var queue: UnitQueue
  private(set) var payloads: [Int: Data]
  private var openQuestions: [(rank: Int, slot: Int)] = []
  private var ranksAtWork: Int
  private var ownWorkersEnded = false
  private var transportError: (any Error)?

  /// - Parameters:
  ///   - payloads: the payloads of the units that were already done.
  ///   - workers: the number of slots on all ranks together.
  init(
    unitCount: Int, payloads: [Int: Data], journal: Journal, communicator: Communicator, workers: Int,
    stopSignals: StopSignals, progress: Progress
  ) {
    queue = UnitQueue(units: (0..<unitCount).filter { payloads[$0] == nil })
    self.payloads = payloads
    doneBefore = payloads.count
    self.journal = journal
    self.communicator = communicator
    self.workers = workers
    self.stopSignals = stopSignals
    self.progress = progress
    ranksAtWork = communicator.size - 1
  }

  func next(slot: Int, held: Int?) -> Int? {
    condition.lock()
    defer { condition.unlock() }
    if let held { return queue.confirm(held) ? held : nil }
    while true {
      if let unit = take() { return unit }
      if queue.isOver { return nil }
      condition.wait()
    }
  }

  /// A unit to run now; called under the lock. Stop requests are checked here too, because a small job could otherwise
  /// finish before the next round of regular duties.
  private func take() -> Int? {
    stopIfAsked()
    return queue.take()
  }

  private func stopIfAsked() {
    if let reason = stopSignals.reason { queue.stop(.stopped(reason)) }
  }

  func ahead(slot: Int) -> Int? { locked { queue.takeAhead(workers: workers) } }

  func finish(_ unit: Int, payload: Data) {
    locked {
      do {
        try journal.append(unit: unit, payload: payload)
        payloads[unit] = payload
      } catch {
        queue.stop(Fault(describing: error))
      }
      queue.finish(unit)
    }
  }

  func fail(_ unit: Int, _ fault: Fault) { locked { queue.fail(unit, fault) } }
  func stop(_ fault: Fault) { locked { queue.stop(fault) } }

  /// Must be called when rank 0's own workers are done, so that `serve` can end.
  func ownWorkersHaveEnded() { locked { ownWorkersEnded = true } }

  /// How the job ended, after `serve`: units set aside, and the reason if it stopped early.
  func result() throws -> (setAside: [Int: Fault], stopFault: Fault?) {
    try locked {
      if let transportError { throw transportError }
      return (queue.setAside, queue.stopFault)
    }
  }

  /// The dispatcher thread.
  func serve() {
    do {
      while true {
        while communicator.size > 1, let (data, rank) = try communicator.receiveIfAny(tag: WorkerMessage.tag) {
          try handle(WorkerMessage(data), from: rank)
        }
        try answerOpenQuestions()
        if try tick() { return }
        // Half a millisecond per request is negligible compared with units of 0.1 s and more.
        usleep(communicator.size > 1 ? 200 : 5000)
      }
    } catch {
      locked {
        transportError = error
        queue.stop(Fault(describing: error))
      }
    }
  }

  private func handle(_ message: WorkerMessage, from rank: Int) throws {
    switch message {
    case .next(let slot, let held?):
      try answer(rank, slot, locked { queue.confirm(held) } ? held : nil)
    case .next(let slot, nil): locked { openQuestions.append((rank, slot)) }
    case .ahead(let slot): try answer(rank, slot, ahead(slot: slot))
    case .finished(let unit, let payload): finish(unit, payload: payload)
    case .failed(let unit, let fault): fail(unit, fault)
    case .stop(let fault): stop(fault)
    case .bye: locked { ranksAtWork -= 1 }
    }
  }

  private func answerOpenQuestions() throws {
    while true {
      let answerable: (rank: Int, slot: Int, unit: Int?)? = locked {
        guard let first = openQuestions.first else { return nil }
        let unit = take()
        if unit == nil && !queue.isOver { return nil }
        openQuestions.removeFirst()
        return (first.rank, first.slot, unit)
      }
      guard let (rank, slot, unit) = answerable else { return }
      try answer(rank, slot, unit)
    }
  }

  private func answer(_ rank: Int, _ slot: Int, _ unit: Int?) throws {
    let data = withUnsafeBytes(of: Int64(unit ?? -1).littleEndian) { Data($0) }
    try communicator.send(data, to: rank, tag: WorkerMessage.replyTag(slot: slot))
  }

  /// Regular duties; true when the job is over.
  private func tick() throws -> Bool {
    let (isOver, done) = locked {
      stopIfAsked()
      do {
        try journal.flushIfDue()
      } catch {
        queue.stop(Fault(describing: error))
      }
      return (ownWorkersEnded && ranksAtWork == 0, doneBefore + queue.finishedCount)
    }
    progress.update(done)
    return isOver
  }

  /// Changes the state and wakes rank 0's waiting workers.
  private func locked<Value>(_ body: () throws -> Value) rethrows -> Value {
    condition.lock()
    defer {
      condition.broadcast()
      condition.unlock()
    }
    return try body()
  }
}
