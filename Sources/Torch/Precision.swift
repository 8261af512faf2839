import CTorch
import Foundation

/// What the operators of a network compute in. Weights, gradients and their sums over ranks are float32 in either.
package enum Precision: String, Sendable, Codable, CaseIterable {
  case float32 = "fp32"
  case bfloat16 = "bf16"
}

/// How the convolutions of `Precision.bfloat16` multiply on processors. What they read and write is bfloat16 in either.
package enum BFloat16Arithmetic: Sendable, CaseIterable {
  /// By the processor's own instructions for bfloat16, or what oneDNN has in their place.
  case native
  /// In float32, with weights that were not rounded.
  case wide

  /// The quicker one on this machine.
  package static let ofThisProcessor = BFloat16Arithmetic(
    cpuInfo: (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? "")

  /// - Parameter cpuInfo: Linux's /proc/cpuinfo. The decision is by name, not by the clock, so that the same machine
  ///   always gives the same bits.
  ///
  /// Intel's AVX-512 multiplies bfloat16 at half the rate of float32 (measured on Emerald Rapids: matrices of 2048²
  /// 72 GFLOP/s a core against 130, convolutions 80 against 140), processors before it have to take it apart, and only
  /// AMX is quick; AMD's, from Zen 4 on, is twice as quick as float32. Of other architectures nothing is known here.
  package init(cpuInfo: String) {
    func field(_ name: String) -> Substring {
      let line = cpuInfo.split(separator: "\n").first { $0.hasPrefix(name) }
      return line?.split(separator: ":").last ?? ""
    }
    let flags = Set(field("flags").split(separator: " "))
    let isQuick =
      flags.contains("amx_bf16") || flags.contains("avx512_bf16") && field("vendor_id").hasSuffix("AuthenticAMD")
    self = flags.isEmpty || isQuick ? .native : .wide
  }
}

/// Runs `body` with automatic casts to `precision` on this thread: convolutions run in it, reductions that need more
/// stay in float32.
package func withAutocast<Result>(
  _ precision: Precision, on device: Device = .cpu, arithmetic: BFloat16Arithmetic = .ofThisProcessor,
  _ body: () throws -> Result
) throws -> Result {
  guard precision == .bfloat16 else { return try body() }
  var enabled: Int32 = 0
  var type: Int32 = 0
  try check(ctorch_autocast_begin(device.name, ScalarType.bfloat16.code, &enabled, &type))
  defer { _ = ctorch_autocast_end(device.name, enabled, type) }
  var wide: Int32 = 0
  try check(ctorch_set_wide_convolutions(arithmetic == .wide ? 1 : 0, &wide))
  defer {
    var ignored: Int32 = 0
    // Restoring a thread-local flag cannot fail.
    _ = ctorch_set_wide_convolutions(wide, &ignored)
  }
  return try body()
}
