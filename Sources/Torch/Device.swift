import CTorch

/// Where tensors live and operators run, by libtorch's name: `cpu`, `cuda`, `cuda:1`.
package struct Device: Hashable, Sendable, CustomStringConvertible {
  package let name: String

  package init(_ name: String) { self.name = name }

  package static let cpu = Device("cpu")
  package static let cuda = Device("cuda")

  /// Whether tensors can be made here; false for a name that libtorch does not know.
  package var isAvailable: Bool {
    var available: Int32 = 0
    return ctorch_device_available(name, &available) == CTorchStatus(CTORCH_OK) && available != 0
  }

  /// The graphics cards that this process sees, `cuda:0` first, each by a name that is the same in every process of the
  /// node that sees it; where the driver does not tell, its number.
  package static func cudaIdentities() -> [String] {
    var identities: [String] = []
    while Device("cuda:\(identities.count)").isAvailable {
      var name = [CChar](repeating: 0, count: 64)
      let isKnown = ctorch_cuda_identity(Int32(identities.count), &name, name.count) == CTorchStatus(CTORCH_OK)
      let text = name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
      identities.append(isKnown && !text.isEmpty ? text : String(identities.count))
    }
    return identities
  }

  package var isCPU: Bool { name == "cpu" }

  /// Waits for everything queued on the device; at once on the CPU.
  package func synchronize() throws { try check(ctorch_device_synchronize(name)) }

  package var description: String { name }
}
