import Files
import MPI
import Torch

/// How gradients are summed over the ranks.
package enum GradientPath: Sendable, Equatable {
  /// MPI, in the memory where the gradients are; on the CPU only.
  case direct
  /// MPI, staged through host memory.
  case staged
  /// NCCL, from the library with this path, or the standard one.
  case nccl(library: String?)

  /// The path for a setting: NCCL between GPUs where every rank can load it, else MPI. Collective.
  ///
  /// - Parameters:
  ///   - setting: `auto`, `nccl` or `mpi`.
  ///   - load: whether NCCL can be loaded; throws when not.
  ///   - warn: receives a message when `auto` falls back to MPI.
  /// - Throws: on every rank a `Fault.usage` when NCCL was requested and is not available.
  package static func chosen(
    setting: String, device: Device, communicator: Communicator, warn: (String) -> Void,
    load: () throws -> Void = { try NCCL.load(library: nil) }
  ) throws -> GradientPath {
    if device.isCPU {
      guard setting != "nccl" else {
        throw Fault.usage(
          "the setting reduction is nccl, which sums between GPUs, but the network runs on the CPU; "
            + "expected auto or mpi"
        ).onEveryRank
      }
      return .direct
    }
    if setting == "mpi" { return .staged }
    do {
      try communicator.everyRank {
        do { try load() } catch {
          throw Fault.usage(
            "the setting reduction is \(setting), but on rank \(communicator.rank) of \(hostName()) \(error)")
        }
      }
      return .nccl(library: nil)
    } catch let fault as Fault where setting == "auto" {
      warn("\(fault.message); falling back to MPI staged through host memory, which is slower")
      return .staged
    }
  }
}
