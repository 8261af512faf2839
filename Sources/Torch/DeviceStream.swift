import CTorch

/// A queue of work on a device beside the one that operators use; on the CPU, where work is done when it is asked for,
/// an empty one. To be used by one thread at a time.
package final class DeviceStream: @unchecked Sendable {
  let handle: OpaquePointer

  package init(_ device: Device) throws {
    var out: OpaquePointer?
    try check(ctorch_stream_create(device.name, &out))
    guard let out else { preconditionFailure("the shim reported success without a stream") }
    handle = out
  }

  deinit { ctorch_stream_free(handle) }

  /// What is queued here from now on waits until the gradients of a bucket, which has been reported, are computed.
  package func wait(for bucket: Int, of buckets: GradientBuckets) throws {
    try check(ctorch_stream_await_bucket(handle, buckets.handle, Int64(bucket)))
  }

  /// Queues a copy; both tensors must stay until it is done, and host memory must be page-locked (`hostBuffer`).
  package func copy(_ source: Tensor, to destination: Tensor) throws {
    try check(ctorch_stream_copy(handle, destination.handle, source.handle))
  }

  /// Waits until everything queued here is done.
  package func synchronize() throws { try check(ctorch_stream_synchronize(handle)) }
}

extension Tensor {
  /// Floats in host memory that `device` copies from and to by itself (page-locked); their values are undefined.
  package static func hostBuffer(count: Int, for device: Device) throws -> Tensor {
    try make { ctorch_host_buffer(Int64(count), device.name, $0) }
  }
}
