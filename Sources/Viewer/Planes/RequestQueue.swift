import Files
import Foundation
import Threads

/// Runs requests on a few threads, the newest first: whoever scrolls wants the plane where the wheel stopped, not those
/// on the way. Requests whose connection has gone are dropped, and the oldest when too many wait.
package final class RequestQueue: @unchecked Sendable {
  private struct Waiting {
    let run: @Sendable () -> Void
    let drop: @Sendable () -> Void
  }

  package static let longest = 256

  private let condition = NSCondition()
  private var waiting: [Waiting] = []
  private var isStopped = false

  package init(threads: Int) {
    for _ in 0..<max(1, threads) { startThread { [self] in work() } }
  }

  /// - Throws: what `body` throws; `CancellationError` when the request was dropped.
  package func run<Value: Sendable>(_ body: @escaping @Sendable (_ isCancelled: @Sendable () -> Bool) throws -> Value)
    async throws
    -> Value
  {
    let cancelled = Flag()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Value, any Error>) in
        add {
          continuation.resume(
            with: Result {
              if cancelled.isSet { throw CancellationError() }
              return try body { cancelled.isSet }
            })
        } drop: {
          continuation.resume(throwing: CancellationError())
        }
      }
    } onCancel: {
      cancelled.set()
    }
  }

  /// Runs work that nobody waits for, after everything else; left out while there is other work.
  func runWhenIdle(_ body: @escaping @Sendable () -> Void) {
    condition.lock()
    defer { condition.unlock() }
    guard waiting.isEmpty else { return }
    waiting.append(Waiting(run: body, drop: {}))
    condition.signal()
  }

  package var waitingCount: Int {
    condition.lock()
    defer { condition.unlock() }
    return waiting.count
  }

  package func stop() {
    condition.lock()
    isStopped = true
    let dropped = waiting
    waiting = []
    condition.broadcast()
    condition.unlock()
    for request in dropped { request.drop() }
  }

  private func add(_ run: @escaping @Sendable () -> Void, drop: @escaping @Sendable () -> Void) {
    condition.lock()
    waiting.append(Waiting(run: run, drop: drop))
    let dropped = isStopped ? waiting.removeLast() : waiting.count > Self.longest ? waiting.removeFirst() : nil
    condition.signal()
    condition.unlock()
    dropped?.drop()
  }

  private func work() {
    while true {
      condition.lock()
      while waiting.isEmpty, !isStopped { condition.wait() }
      if isStopped {
        condition.unlock()
        return
      }
      let request = waiting.removeLast()
      condition.unlock()
      request.run()
    }
  }
}

/// Set once, from any thread.
private final class Flag: @unchecked Sendable {
  private let lock = NSLock()
  private var value = false
  var isSet: Bool { lock.withLock { value } }
  func set() { lock.withLock { value = true } }
}
