import Files
import Foundation
import Synchronization
import Threads

/// The workers of one rank: `slots` threads that run units from a source until it has no more.
struct Workers {
  let source: any UnitSource
  let slots: Int
  let prefetch: (@Sendable (Int) throws -> Void)?
  /// Nil when the slots run concurrently; otherwise a slot requests a unit only when it has the turn.
  var turns: DispatchSemaphore?

  /// - Throws: the first error of the source itself (a failed MPI call); failed units are reported to the source.
  func run(_ body: @Sendable (Int, UnitTurn) throws -> Data) throws {
    let failure = Mutex<(any Error)?>(nil)
    runOnThreads(slots) { slot in
      do {
        try work(slot, body)
      } catch {
        failure.withLock { $0 = $0 ?? error }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
  }

  private func work(_ slot: Int, _ body: (Int, UnitTurn) throws -> Data) throws {
    var ahead: Int?
    while true {
      let turn = UnitTurn(turns)
      // Also when the source fails or has no more units.
      defer { turn.end() }
      guard let unit = try source.next(slot: slot, held: ahead) else { return }
      ahead = prefetch == nil ? nil : try source.ahead(slot: slot)
      let prefetching = DispatchGroup()
      if let prefetch, let ahead {
        prefetching.enter()
        startThread {
          // Only a head start: any problem with the unit shows up again when it runs.
          try? prefetch(ahead)
          prefetching.leave()
        }
      }
      do {
        let payload = try body(unit, turn)
        try source.finish(unit, payload: payload)
      } catch {
        try source.fail(unit, Fault(describing: error))
      }
      prefetching.wait()
    }
  }
}

/// The part of a unit during which no other unit of the rank may run; it begins before the unit is requested.
package final class UnitTurn: Sendable {
  private let turns: DispatchSemaphore?
  private let isOver = Atomic<Bool>(false)

  init(_ turns: DispatchSemaphore?) {
    self.turns = turns
    turns?.wait()
  }

  /// Lets the next unit begin. Does nothing when called again.
  package func end() {
    if !isOver.exchange(true, ordering: .relaxed) { turns?.signal() }
  }
}

/// Watches for stop signals on ranks other than 0 and notifies the dispatcher at once, even while units are running.
final class StopWatcher: Sendable {
  private let isEnding = Atomic<Bool>(false)
  private let ended = DispatchSemaphore(value: 0)

  init(_ stopSignals: StopSignals, tell: @escaping @Sendable (Fault) -> Void) {
    startThread { [self] in
      while !isEnding.load(ordering: .relaxed) {
        if let reason = stopSignals.reason {
          tell(.stopped(reason))
          break
        }
        usleep(50_000)
      }
      ended.signal()
    }
  }

  func end() {
    isEnding.store(true, ordering: .relaxed)
    ended.wait()
  }
}
