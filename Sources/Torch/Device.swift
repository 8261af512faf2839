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

  package var isCPU: Bool { name == "cpu" }

  /// Waits for everything queued on the device; at once on the CPU.
  package func synchronize() throws { try check(ctorch_device_synchronize(name)) }

  package var description: String { name }
}
