import CTorch

/// This rank's end of NCCL, which sums tensors over ranks with a graphics card each. To be used by one thread at a time.
///
/// The library is looked up when the program runs: `libnccl.so.2` as libtorch has loaded it or the system finds it,
/// else the one that pip installs beside libtorch.
package final class NCCL: @unchecked Sendable {
  /// What ranks find each other by: made on one rank, the same on all.
  package typealias Identifier = [UInt8]

  private let handle: OpaquePointer

  /// Returns when all ranks have come.
  ///
  /// - Parameter library: path of the library, nil for the standard one.
  /// - Throws: `TorchError` with NCCL's own words.
  package init(library: String?, identifier: Identifier, ranks: Int, rank: Int, device: Device) throws {
    precondition(identifier.count == Int(CTORCH_NCCL_ID_BYTES), "an identifier of another length")
    var out: OpaquePointer?
    try check(ctorch_nccl_connect(library, identifier, Int32(ranks), Int32(rank), device.name, &out))
    guard let out else { preconditionFailure("the shim reported success without NCCL") }
    handle = out
  }

  deinit { ctorch_nccl_free(handle) }

  /// - Throws: `TorchError` when the library cannot be loaded or lacks a function.
  package static func load(library: String?) throws { try check(ctorch_nccl_load(library)) }

  package static func identifier(library: String?) throws -> Identifier {
    var identifier = Identifier(repeating: 0, count: Int(CTORCH_NCCL_ID_BYTES))
    try check(ctorch_nccl_unique_id(library, &identifier))
    return identifier
  }

  /// Queues on `stream`: the floats of a dense tensor become their sums over all ranks.
  package func allReduce(_ tensor: Tensor, on stream: DeviceStream) throws {
    try check(ctorch_nccl_all_reduce(handle, tensor.handle, stream.handle))
  }

  /// Waits until everything queued on `stream` is done.
  ///
  /// - Throws: `TorchError` when NCCL finds that it never will be, such as when another rank has gone; nothing more can be
  ///   reduced then.
  package func wait(for stream: DeviceStream) throws { try check(ctorch_nccl_wait(handle, stream.handle)) }
}
