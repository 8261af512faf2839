import Synchronization

/// Calls `body` once for each index below `count`, on up to `threads` threads including the calling one; each takes the
/// next index as soon as it is free.
///
/// - Throws: the error of the lowest index that failed; no new index is started after a failure.
public func parallelForEach(
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
