import Foundation
import Jobs

/// Makes the samples of coming steps on threads of its own while a step is computed, and hands them out in order.
///
/// A sample is a pure function of (step, index), so how many threads make them changes nothing but the time.
final class SamplePrefetcher<Sample: Sendable>: @unchecked Sendable {
  private let make: @Sendable (_ step: Int, _ index: Int) throws -> Sample
  private let indices: Range<Int>
  private let steps: Range<Int>
  private let ahead: Int

  // Guarded by `condition`.
  private let condition = NSCondition()
  private var finished: [Int: Result<Sample, any Error>] = [:]
  private var nextToMake = 0
  private var nextToTake = 0
  private var isCancelled = false
  private var runningThreads: Int

  /// - Parameters:
  ///   - steps: the steps to come.
  ///   - indices: places in the global batch that this rank computes.
  ///   - ahead: how many samples may be made before they are asked for.
  init(
    steps: Range<Int>, indices: Range<Int>, threads: Int, ahead: Int,
    make: @escaping @Sendable (_ step: Int, _ index: Int) throws -> Sample
  ) {
    self.steps = steps
    self.indices = indices
    self.ahead = max(ahead, indices.count)
    self.make = make
    runningThreads = max(1, threads)
    for _ in 0..<runningThreads { startThread { [self] in work() } }
  }

  /// The samples of the next step, in order of their index; waits until they are made.
  ///
  /// - Throws: the error of the first sample that could not be made.
  func next() throws -> [Sample] {
    condition.lock()
    defer { condition.unlock() }
    var samples: [Sample] = []
    for _ in indices {
      while finished[nextToTake] == nil { condition.wait() }
      let result = finished.removeValue(forKey: nextToTake)
      nextToTake += 1
      condition.broadcast()
      samples.append(try result!.get())
    }
    return samples
  }

  /// Ends the threads and waits for them.
  func stop() {
    condition.lock()
    isCancelled = true
    condition.broadcast()
    while runningThreads > 0 { condition.wait() }
    condition.unlock()
  }

  private func work() {
    let total = steps.count * indices.count
    condition.lock()
    while true {
      while !isCancelled && nextToMake < total && nextToMake >= nextToTake + ahead { condition.wait() }
      if isCancelled || nextToMake >= total { break }
      let number = nextToMake
      nextToMake += 1
      condition.unlock()
      let (step, place) = number.quotientAndRemainder(dividingBy: indices.count)
      let result = Result { try make(steps.lowerBound + step, indices.lowerBound + place) }
      condition.lock()
      finished[number] = result
      condition.broadcast()
    }
    runningThreads -= 1
    condition.broadcast()
    condition.unlock()
  }
}
