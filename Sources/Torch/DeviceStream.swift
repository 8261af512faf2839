import CTorch

/// A queue of work on a device beside that of the operators; on the CPU, where work is done as soon as it is asked for, it
/// is always empty. For use by one thread at a time.
package final class DeviceStream: @unchecked Sendable {
  let handle: OpaquePointer

  package init(_ device: Device) throws {
    var out: OpaquePointer?
    try check(ctorch_stream_create(device.name, &out))
    guard let out else { preconditionFailure("the shim reported success without a stream") }
    handle = out
  }

  deinit { ctorch_stream_free(handle) }

  /// The stream as CUDA libraries know it; nil for the CPU and for the default stream.
  var nativeHandle: UnsafeMutableRawPointer? { ctorch_stream_handle(handle) }

  /// Work queued here from now on waits until the gradients of a bucket, which has been reported, are computed.
  package func wait(for bucket: Int, of buckets: GradientBuckets) throws {
    try check(ctorch_stream_await_bucket(handle, buckets.handle, Int64(bucket)))
  }

  /// Queues a copy; both tensors must live until it is done, and host memory must be page-locked (`hostBuffer`).
  package func copy(_ source: Tensor, to destination: Tensor) throws {
    try check(ctorch_stream_copy(handle, destination.handle, source.handle))
  }

  /// Waits until everything queued here is done.
  package func synchronize() throws { try check(ctorch_stream_synchronize(handle)) }

  /// Whether everything queued here is done.
  func isIdle() throws -> Bool {
    var idle: Int32 = 0
    try check(ctorch_stream_is_idle(handle, &idle))
    return idle != 0
  }
}

extension Tensor {
  /// A one-dimensional float32 tensor in page-locked host memory, which `device` copies from and to without the host;
  /// elements are undefined.
  package static func hostBuffer(count: Int, for device: Device) throws -> Tensor {
    try make { ctorch_tensor_host_buffer(Int64(count), device.name, $0) }
  }

  /// The memory of a dense float32 tensor on its own device, with its number of elements.
  func withDeviceFloats<Result>(_ body: (UnsafeMutableRawPointer?, Int) throws -> Result) throws -> Result {
    var data: UnsafeMutableRawPointer?
    var count = 0
    try check(ctorch_tensor_device_floats(handle, &data, &count))
    return try withExtendedLifetime(self) { try body(data, count) }
  }
}
