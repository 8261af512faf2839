import Foundation

/// Computes `count` values on up to `threads` threads and passes them to `consume` in ascending order, one at a time.
///
/// A thread whose value is ready early waits its turn, so that at most one finished value per thread is held in memory.
///
/// - Throws: the error of the lowest index that failed; neither it nor any later value is consumed.
public func forEachInOrder<Value>(
  count: Int, threads: Int, compute: @Sendable (Int) throws -> Value, consume: @Sendable (Int, Value) throws -> Void
) throws {
  let turns = Turns()
  try parallelForEach(count: count, threads: threads) { index in
    do {
      let value = try compute(index)
      guard turns.wait(for: index) else { return }
      try consume(index, value)
      turns.end(index)
    } catch {
      // Later indices give up; earlier ones still get their turn.
      turns.fail(index)
      throw error
    }
  }
}

/// The index that may be consumed next. Because `parallelForEach` hands out indices in ascending order, that index is
/// always being computed or already done.
private final class Turns: @unchecked Sendable {
  private let condition = NSCondition()
  private var current = 0
  private var failed = Int.max

  /// Returns true when it is `index`'s turn; false when it never will be.
  func wait(for index: Int) -> Bool {
    condition.lock()
    defer { condition.unlock() }
    while current != index {
      if failed < index { return false }
      condition.wait()
    }
    return true
  }

  func end(_ index: Int) {
    condition.lock()
    current = index + 1
    condition.broadcast()
    condition.unlock()
  }

  func fail(_ index: Int) {
    condition.lock()
    failed = min(failed, index)
    condition.broadcast()
    condition.unlock()
  }
}
