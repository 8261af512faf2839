import Files
import Foundation
import MPI
import Threads
import Torch

/// Sums gradients over all ranks while the backward pass still runs.
///
/// 1. `begin()` arms the buckets; it is called before the last backward pass of a step, so that with several passes a
///    bucket is released only when the gradients of all local samples are in it.
/// 2. As the backward pass completes buckets, one communication thread reduces them with blocking `MPI_Allreduce` on a
///    communicator of its own, in index order, which is the same on every rank whatever order they are completed in.
///    (Non-blocking reductions make no progress in Open MPI unless they are polled.)
/// 3. `finish()` releases the buckets in which nothing took part, which is all of them on a rank without samples, and
///    waits for the last reduction.
///
/// The sums are fp32. With one rank there is nothing to reduce and no thread. How a bucket is reduced, and in what order
/// with what a GPU computes, is described at `BucketReduction`.
final class GradientReducer: @unchecked Sendable {
  private let buckets: GradientBuckets
  private let mailbox: BucketMailbox
  /// Nil for one rank.
  private let reduction: (any BucketReduction)?
  private var hasThread: Bool { reduction != nil }

  /// - Parameter communicator: the ranks; a duplicate is made, so this is collective.
  init(_ parameters: FlatParameters, bucketByteCount: Int, path: GradientPath, communicator: Communicator) throws {
    let mailbox = BucketMailbox()
    let buckets = try GradientBuckets(parameters, bucketByteCount: bucketByteCount) { mailbox.complete($0) }
    self.mailbox = mailbox
    self.buckets = buckets
    guard communicator.size > 1 else {
      reduction = nil
      return
    }
    let own = try communicator.duplicate()
    let way: any BucketReduction =
      switch path {
      case .direct: DirectReduction(own)
      case .staged: try StagedReduction(own, buckets: buckets, device: parameters.device)
      case .nccl(let library): try NCCLReduction(own, library: library, device: parameters.device)
      }
    reduction = way
    // Handed over: the training thread touches it only while this thread has nothing to do.
    nonisolated(unsafe) let handed = way
    startThread {
      while let bucket = mailbox.take() {
        mailbox.reduced(bucket, Result { try handed.reduce(bucket, of: buckets) })
      }
    }
  }

  deinit { mailbox.close() }

  func begin() throws {
    guard hasThread else { return }
    mailbox.begin(count: buckets.count)
    try buckets.arm()
  }

  /// Returns when the gradients hold the sums over all ranks.
  ///
  /// - Returns: seconds spent waiting here, which the backward pass did not hide.
  /// - Throws: `MPIError` or `Fault` of the communication thread.
  func finish() throws -> Double {
    guard let reduction else { return 0 }
    try buckets.finish()
    let start = ContinuousClock.now
    try mailbox.waitUntilAllReduced()
    try reduction.finish()
    return start.duration(to: .now).inSeconds
  }
}

/// What the backward pass, the communication thread and the training thread exchange about the buckets of the
/// step in progress.
private final class BucketMailbox: @unchecked Sendable {
  // All guarded by `condition`.
  private let condition = NSCondition()
  private var isComplete: [Bool] = []
  private var nextToReduce = 0
  private var reducedCount = 0
  private var failure: (any Error)?
  private var isClosed = false

  func begin(count: Int) {
    condition.lock()
    isComplete = [Bool](repeating: false, count: count)
    nextToReduce = 0
    reducedCount = 0
    failure = nil
    condition.unlock()
  }

  func complete(_ bucket: Int) {
    condition.lock()
    isComplete[bucket] = true
    condition.broadcast()
    condition.unlock()
  }

  /// The next bucket in index order, once it is complete; nil when the reducer goes away.
  func take() -> Int? {
    condition.lock()
    defer { condition.unlock() }
    while !isClosed {
      if nextToReduce < isComplete.count && isComplete[nextToReduce] {
        nextToReduce += 1
        return nextToReduce - 1
      }
      condition.wait()
    }
    return nil
  }

  func reduced(_ bucket: Int, _ result: Result<Void, any Error>) {
    condition.lock()
    reducedCount += 1
    if case .failure(let error) = result, failure == nil { failure = error }
    condition.broadcast()
    condition.unlock()
  }

  func waitUntilAllReduced() throws {
    condition.lock()
    defer { condition.unlock() }
    while reducedCount < isComplete.count { condition.wait() }
    if let failure { throw failure }
  }

  func close() {
    condition.lock()
    isClosed = true
    condition.broadcast()
    condition.unlock()
  }
}
