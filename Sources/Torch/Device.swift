import CCollectives
import CTorch

/// Where tensors live and operators run, by libtorch's name: `cpu`, `cuda`, `cuda:1`.
public struct Device: Hashable, Sendable, CustomStringConvertible {
  package let name: String

  package init(_ name: String) { self.name = name }

  package static let cpu = Device("cpu")
  package static let cuda = Device("cuda")

  /// Whether tensors can be made here; false for a name that libtorch does not know.
  package var isAvailable: Bool {
    var available: Int32 = 0
    return ctorch_device_available(name, &available) == CTorchStatus(CTORCH_OK) && available != 0
  }

  /// The GPUs that this process sees, `cuda:0` first, each by a name that is the same in every process of the node that
  /// sees it; by its index where the driver does not say.
  package static func cudaIdentities() -> [String] {
    var identities: [String] = []
    while Device("cuda:\(identities.count)").isAvailable {
      var name = [CChar](repeating: 0, count: 64)
      let status = ccollectives_gpu_identity(Int32(identities.count), &name, name.count)
      let text = name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
      let isKnown = status == CCollectivesStatus(CCOLLECTIVES_OK) && !text.isEmpty
      identities.append(isKnown ? text : String(identities.count))
    }
    return identities
  }

  package var isCPU: Bool { name == "cpu" }

  /// Waits for everything queued on the device; returns at once on the CPU.
  package func synchronize() throws { try check(ctorch_device_synchronize(name)) }

  /// Runs `body` with this device current on the calling thread, which CUDA libraries beside libtorch go by.
  func whileCurrent<Result>(_ body: () throws -> Result) throws -> Result {
    var previous: Int32 = 0
    try check(ctorch_device_make_current(name, &previous))
    defer {
      var ignored: Int32 = 0
      if !isCPU { _ = ctorch_device_make_current("cuda:\(previous)", &ignored) }
    }
    return try body()
  }

  public var description: String { name }
}
