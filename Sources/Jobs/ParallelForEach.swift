import Foundation
import Synchronization

/// Calls `body` once for each index below `count`, on up to `threads` threads (the calling one included), each taking
/// the next index as soon as it is free.
///
/// - Throws: the error of the lowest index that failed; no new index is begun after a failure.
package func parallelForEach(
  count: Int, threads: Int = Processors.available, _ body: @Sendable (Int) throws -> Void
) throws {
  let next = Atomic<Int>(0)
  let failure = Mutex<(index: Int, error: any Error)?>(nil)
  let hasFailed = Atomic<Bool>(false)
  runOnThreads(min(threads, count)) { _ in
    while !hasFailed.load(ordering: .relaxed) {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      if index >= count { return }
      do {
        try body(index)
      } catch {
        hasFailed.store(true, ordering: .relaxed)
        failure.withLock { if $0 == nil || index < $0!.index { $0 = (index, error) } }
      }
    }
  }
  if let failure = failure.withLock({ $0 }) { throw failure.error }
}

/// Runs `body` on `count` threads at once, passing each its number, and returns when all have ended. The calling
/// thread is number 0.
package func runOnThreads(_ count: Int, _ body: @Sendable (Int) -> Void) {
  if count <= 0 { return }
  withoutActuallyEscaping(body) { body in
    let shared = SharedBody(body)
    let group = DispatchGroup()
    for number in 1..<max(1, count) {
      group.enter()
      startThread {
        shared.run(number)
        group.leave()
      }
    }
    shared.run(0)
    group.wait()
    shared.release()
  }
}

/// What threads run together. A thread's own block is freed some time after the thread said it was done, when the
/// closure, which lives no longer than the call it was passed to, must already be out of its hands.
private final class SharedBody: @unchecked Sendable {
  private var body: (@Sendable (Int) -> Void)?

  init(_ body: @escaping @Sendable (Int) -> Void) { self.body = body }

  @inline(never)
  func run(_ number: Int) { body!(number) }

  /// Only once no thread runs it any more.
  func release() { body = nil }
}

/// Starts a thread with the stack of a main thread: recursion in C libraries is sized for that, and Foundation's
/// default is sixteen times smaller.
package func startThread(_ body: @escaping @Sendable () -> Void) {
  let thread = Thread(block: body)
  thread.stackSize = 8 << 20
  thread.start()
}
