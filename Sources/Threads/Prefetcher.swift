import Foundation

/// Computes the values of a sequence ahead of their use, on its own threads, and returns them in order.
///
/// 1. Values are started in ascending order of their number; a thread takes the next one as soon as it is free, as long
///    as at most `ahead` values are in progress or finished but not yet returned.
/// 2. `next()` waits for the next value in order. If computing a value failed, its error is thrown in its place.
/// 3. `stop()` ends the threads; otherwise they live until the last value has been computed.
///
/// If a value is a pure function of its number, the number of threads affects only the running time.
public final class Prefetcher<Value: Sendable>: @unchecked Sendable {
  private let count: Int
  private let ahead: Int
  private let make: @Sendable (Int) throws -> Value

  // Guarded by `condition`.
  private let condition = NSCondition()
  private var finished: [Int: Result<Value, any Error>] = [:]
  private var nextToMake = 0
  private var nextToTake = 0
  private var isCancelled = false
  private var runningThreads: Int

  /// - Parameters:
  ///   - count: the number of values, numbered from 0.
  ///   - ahead: the number of values that may be computed before they are requested; at least 1.
  ///   - make: computes a value from its number; called concurrently from several threads.
  package init(count: Int, threads: Int, ahead: Int, make: @escaping @Sendable (Int) throws -> Value) {
    self.count = count
    self.ahead = max(1, ahead)
    self.make = make
    runningThreads = max(1, threads)
    for _ in 0..<runningThreads { startThread { [self] in work() } }
  }

  /// The next value; waits until it is available. Must be called at most `count` times, and not after `stop()`.
  ///
  /// - Throws: the error that `make` threw for this value.
  package func next() throws -> Value {
    condition.lock()
    defer { condition.unlock() }
    precondition(nextToTake < count && !isCancelled, "no value is left")
    while finished[nextToTake] == nil { condition.wait() }
    let result = finished.removeValue(forKey: nextToTake)!
    nextToTake += 1
    condition.broadcast()
    return try result.get()
  }

  /// Ends the threads and waits for them.
  package func stop() {
    condition.lock()
    isCancelled = true
    condition.broadcast()
    while runningThreads > 0 { condition.wait() }
    condition.unlock()
  }

  private func work() {
    condition.lock()
    while true {
      while !isCancelled && nextToMake < count && nextToMake >= nextToTake + ahead { condition.wait() }
      if isCancelled || nextToMake >= count { break }
      let number = nextToMake
      nextToMake += 1
      condition.unlock()
      let result = Result { try make(number) }
      condition.lock()
      finished[number] = result
      condition.broadcast()
    }
    runningThreads -= 1
    condition.broadcast()
    condition.unlock()
  }
}
