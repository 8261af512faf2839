import CTorch
import Foundation

/// What the operators of a network compute in. Weights, gradients and their sums over ranks are float32 in either case.
public enum Precision: String, Sendable, Codable, CaseIterable {
  case float32 = "fp32"
  case bfloat16 = "bf16"
}

/// How convolutions under `Precision.bfloat16` compute on the CPU. Their inputs and outputs are bfloat16 in either case.
package enum BFloat16Arithmetic: Sendable, CaseIterable {
  /// By the processor's own instructions for bfloat16, or oneDNN's emulation of them.
  case native
  /// In float32, with weights that are not rounded.
  case wide

  /// The faster one on this machine.
  package static let ofThisProcessor = BFloat16Arithmetic(
    cpuInfo: (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? "")

  /// By the name of the processor, not by timing, so that the same machine always gives the same bits; the rule is in
  /// `TorchKernels/Dispatch.cpp`.
  ///
  /// - Parameter cpuInfo: Linux's /proc/cpuinfo.
  package init(cpuInfo: String) {
    var prefersWide: Int32 = 0
    let isKnown = ctorch_prefers_wide_convolutions(cpuInfo, &prefersWide) == CTorchStatus(CTORCH_OK)
    self = isKnown && prefersWide != 0 ? .wide : .native
  }
}
