import CTorch

/// Divides flat gradients into buckets and reports, during the backward pass, when each is complete.
///
/// 1. Buckets are contiguous ranges of the flat gradients, numbered from the end: the backward pass computes the
///    gradients of the last layers first, so bucket 0 is usually complete first. They must still be reduced in index
///    order, the same on every rank.
/// 2. `arm()` before the last backward pass of a step; backward passes while not armed only accumulate.
/// 3. `onComplete` is called once a bucket and step, on the thread that runs the backward pass (for CUDA a thread of
///    libtorch). It must return quickly and must not call into libtorch: pass the bucket to another thread.
/// 4. `finish()` after that pass reports the buckets in which a parameter took no part, so that every rank reduces
///    every bucket.
package final class GradientBuckets: @unchecked Sendable {
  /// Element range of each bucket in the flat gradients.
  package let ranges: [Range<Int>]
  private let parameters: FlatParameters
  private let callback: Callback
  let handle: OpaquePointer

  private final class Callback: Sendable {
    let onComplete: @Sendable (Int) -> Void
    init(_ onComplete: @escaping @Sendable (Int) -> Void) { self.onComplete = onComplete }
  }

  /// - Parameter bucketByteCount: a bucket is closed once it holds this many bytes.
  package init(
    _ parameters: FlatParameters, bucketByteCount: Int = 25 << 20, onComplete: @escaping @Sendable (Int) -> Void
  ) throws {
    var ranges: [Range<Int>] = []
    var bucketOf = [Int64](repeating: 0, count: parameters.parameters.count)
    var end = parameters.flatCount
    for index in parameters.ranges.indices.reversed() {
      let start = parameters.ranges[index].lowerBound
      bucketOf[index] = Int64(ranges.count)
      if (end - start) * MemoryLayout<Float>.size >= bucketByteCount || index == 0 {
        ranges.append(start..<end)
        end = start
      }
    }
    self.ranges = ranges
    self.parameters = parameters
    callback = Callback(onComplete)
    let context = Unmanaged.passUnretained(callback).toOpaque()
    let handles: [OpaquePointer?] = parameters.parameters.map(\.tensor.handle)
    var out: OpaquePointer?
    try check(
      ctorch_buckets_create(
        handles, bucketOf, Int32(handles.count), Int64(ranges.count),
        { context, bucket in
          Unmanaged<Callback>.fromOpaque(context!).takeUnretainedValue().onComplete(Int(bucket))
        }, context, &out))
    guard let out else { preconditionFailure("the shim reported success without buckets") }
    handle = out
  }

  deinit { ctorch_buckets_free(handle) }

  package var count: Int { ranges.count }

  package func arm() throws { try check(ctorch_buckets_arm(handle)) }

  package func finish() throws { try check(ctorch_buckets_finish(handle)) }

  /// The gradients of a bucket in host memory, to reduce in place; only for parameters on the CPU.
  package func withElements<Result>(
    of bucket: Int, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
  ) throws -> Result {
    try parameters.gradients.withUnsafeElements { all in
      try body(UnsafeMutableBufferPointer(rebasing: all[ranges[bucket]]))
    }
  }

  /// The gradients of a bucket as a flat view, on any device.
  package func gradients(of bucket: Int) throws -> Tensor {
    try parameters.gradients.narrowed(0, ranges[bucket])
  }
}
