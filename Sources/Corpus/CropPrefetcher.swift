import Files
import Foundation
import Jobs
import Voxels

/// Reads the batches of coming steps on threads of its own while the current one is trained on.
///
/// 1. Samples are read in the order of (step, index); a thread takes the next one as soon as it is free and there is
///    room: at most `batchesAhead` batches beyond the one in use are in memory.
/// 2. `next()` waits until the next step's batch is complete and hands it out; the time spent waiting adds up in
///    `waitInSeconds`, which says whether training starves for data.
/// 3. A read error is thrown by the `next()` of the step it belongs to, and again by every later one.
/// 4. `stop()`, or dropping the object, ends the threads.
///
/// What `next()` returns depends on the loader and the step alone, never on threads or timing.
package final class CropPrefetcher: Sendable {
  private let queue: CropQueue

  /// - Parameters:
  ///   - step: the first step to be handed out.
  ///   - indices: this rank's samples of each global batch.
  ///   - end: the step after the last.
  ///   - threads: threads that read and decode.
  ///   - batchesAhead: batches kept ready; 1 or more.
  package init(
    _ loader: CropLoader, from step: Int, to end: Int, indices: Range<Int>, threads: Int, batchesAhead: Int = 2
  ) {
    precondition(!indices.isEmpty && threads > 0 && batchesAhead > 0 && step <= end)
    let queue = CropQueue(step: step, end: end, indices: indices, batchesAhead: batchesAhead)
    self.queue = queue
    for _ in 0..<min(threads, indices.count * batchesAhead) {
      startThread {
        while let (step, index) = queue.takeUnit() {
          queue.deliver(Result { try loader.sample(step: step, index: index) }, step: step, index: index)
        }
      }
    }
  }

  deinit { queue.stop() }

  /// Bytes of the batches that are in memory at most, of `samples` crops each: those ahead, and the one in use.
  package static func memoryInBytes(_ options: CropOptions, samples: Int, batchesAhead: Int) -> Int {
    // Voxels as Float and a mask of bytes; the voxels as stored, at most 8 bytes each, while a sample is read.
    (batchesAhead + 1) * samples * options.read.count * 5 + samples * options.read.count * 8
  }

  /// The samples of the next step, in the order of their indices; nil after the last.
  package func next() throws -> [Crop]? { try queue.next() }

  /// Seconds that callers of `next()` waited so far.
  package var waitInSeconds: Double { queue.waitInSeconds }

  package func stop() { queue.stop() }
}

/// What the threads of a prefetcher share.
private final class CropQueue: @unchecked Sendable {
  private let condition = NSCondition()
  private let end: Int
  private let indices: Range<Int>
  private let batchesAhead: Int
  // All below are guarded by `condition`.
  private var nextStep: Int
  private var unitStep: Int
  private var unitIndex: Int
  private var batches: [Int: [Int: Crop]] = [:]
  private var failures: [Int: any Error] = [:]
  private var isStopped = false
  private var waited = 0.0

  init(step: Int, end: Int, indices: Range<Int>, batchesAhead: Int) {
    self.end = end
    self.indices = indices
    self.batchesAhead = batchesAhead
    nextStep = step
    unitStep = step
    unitIndex = indices.lowerBound
  }

  /// The next sample to be read, when there is room for it; nil when there is nothing more to do.
  func takeUnit() -> (step: Int, index: Int)? {
    condition.lock()
    defer { condition.unlock() }
    while !isStopped && unitStep < end && unitStep >= nextStep + batchesAhead { condition.wait() }
    if isStopped || unitStep >= end { return nil }
    let unit = (unitStep, unitIndex)
    unitIndex += 1
    if unitIndex == indices.upperBound {
      unitIndex = indices.lowerBound
      unitStep += 1
    }
    return unit
  }

  func deliver(_ result: Result<Crop, any Error>, step: Int, index: Int) {
    condition.lock()
    defer { condition.unlock() }
    switch result {
    case .success(let crop): batches[step, default: [:]][index] = crop
    case .failure(let error): failures[step] = failures[step] ?? error
    }
    condition.broadcast()
  }

  func next() throws -> [Crop]? {
    condition.lock()
    defer { condition.unlock() }
    if nextStep >= end { return nil }
    let start = DispatchTime.now().uptimeNanoseconds
    while !isStopped && failures[nextStep] == nil && batches[nextStep]?.count != indices.count { condition.wait() }
    waited += Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
    if let error = failures[nextStep] { throw error }
    precondition(!isStopped, "a batch was asked for after stop()")
    let batch = batches.removeValue(forKey: nextStep)!
    nextStep += 1
    condition.broadcast()
    return indices.map { batch[$0]! }
  }

  var waitInSeconds: Double {
    condition.lock()
    defer { condition.unlock() }
    return waited
  }

  func stop() {
    condition.lock()
    defer { condition.unlock() }
    isStopped = true
    batches.removeAll()
    condition.broadcast()
  }
}
