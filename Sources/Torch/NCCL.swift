import CCollectives
import Foundation

/// This rank's end of NCCL, which sums tensors over ranks that have one GPU each. For use by one thread at a time.
///
/// The library is looked up when the program runs: `libnccl.so.2` as libtorch has loaded it or the system finds it,
/// otherwise the one that pip installs beside libtorch.
package final class NCCL: @unchecked Sendable {
  /// What ranks find each other by: created on one rank, the same on all.
  package typealias Identifier = [UInt8]

  private let group: OpaquePointer
  private let device: Device

  /// Returns when all ranks are connected.
  ///
  /// - Parameter library: path of the library, nil for the standard one.
  /// - Throws: `TorchError` of kind `device` with NCCL's own message.
  package init(library: String?, identifier: Identifier, ranks: Int, rank: Int, device: Device) throws {
    precondition(identifier.count == Int(CCOLLECTIVES_ID_BYTES), "an identifier of another length")
    let functions = try Self.functions(of: library)
    var out: OpaquePointer?
    try device.whileCurrent {
      try checkCollectives(ccollectives_nccl_connect(functions, identifier, Int32(ranks), Int32(rank), &out))
    }
    guard let out else { preconditionFailure("success was reported without a group of ranks") }
    group = out
    self.device = device
  }

  deinit { ccollectives_nccl_free(group) }

  /// - Throws: `TorchError` of kind `device` when the library cannot be loaded or lacks a function.
  package static func load(library: String?) throws { _ = try functions(of: library) }

  /// - Throws: `TorchError` of kind `device`.
  package static func identifier(library: String?) throws -> Identifier {
    var identifier = Identifier(repeating: 0, count: Int(CCOLLECTIVES_ID_BYTES))
    try checkCollectives(ccollectives_nccl_unique_id(functions(of: library), &identifier))
    return identifier
  }

  private static func functions(of library: String?) throws -> OpaquePointer {
    let installed = (LibTorch.directory ?? "") + "../../nvidia/nccl/lib/libnccl.so.2"
    let paths = library.map { [$0] } ?? ["libnccl.so.2", installed]
    let texts = paths.map { UnsafePointer<CChar>(strdup($0)) }
    defer { for text in texts { free(UnsafeMutablePointer(mutating: text)) } }
    var out: OpaquePointer?
    try checkCollectives(ccollectives_nccl_load(texts, Int32(texts.count), &out))
    guard let out else { preconditionFailure("success was reported without a library") }
    return out
  }

  /// Queues on `stream`: the elements of a dense float32 tensor become their sums over all ranks.
  package func allReduce(_ tensor: Tensor, on stream: DeviceStream) throws {
    try tensor.withDeviceFloats { data, count in
      try device.whileCurrent {
        try checkCollectives(ccollectives_nccl_all_reduce(group, data, count, stream.nativeHandle))
      }
    }
  }

  /// Waits until everything queued on `stream` is done.
  ///
  /// - Throws: `TorchError` of kind `device` when NCCL finds that it never will be, for instance because another rank is
  ///   gone; nothing more can be reduced then.
  package func wait(for stream: DeviceStream) throws {
    var pauseInMicroseconds: UInt32 = 20
    while true {
      try checkCollectives(ccollectives_nccl_check(group))
      if try stream.isIdle() { return }
      usleep(pauseInMicroseconds)
      pauseInMicroseconds = min(pauseInMicroseconds * 2, 500)
    }
  }
}

/// Throws the failure that a call into CCollectives has just reported on this thread.
private func checkCollectives(_ status: CCollectivesStatus) throws {
  if status == CCollectivesStatus(CCOLLECTIVES_OK) { return }
  throw TorchError(.device, String(cString: ccollectives_error_message()))
}
