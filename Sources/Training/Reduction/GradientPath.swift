import Files
import MPI
import Torch

/// The way by which gradients are summed over the ranks.
package enum GradientPath: Sendable, Equatable {
  /// MPI, in the memory where the gradients are; on the CPU only.
  case direct
  /// MPI, by way of host memory.
  case staged
  /// NCCL, from the library with this path, or the standard one.
  case nccl(library: String?)

  /// What the recipe's setting `reduction` may be.
  package static let settings = ["auto", "nccl", "mpi"]

  /// The way for a setting: NCCL between graphics cards where every rank can load it, else MPI. Collective.
  ///
  /// - Parameters:
  ///   - setting: `auto`, `nccl` or `mpi`.
  ///   - load: whether NCCL can be loaded; throws when not.
  ///   - warn: takes a sentence when `auto` has to do without NCCL.
  /// - Throws: on every rank a `Fault.usage` when NCCL was asked for and cannot be had.
  package static func chosen(
    setting: String, device: Device, communicator: Communicator, warn: (String) -> Void,
    load: () throws -> Void = { try NCCL.load(library: nil) }
  ) throws -> GradientPath {
    if device.isCPU {
      guard setting != "nccl" else {
        throw Fault.usage(
          "the setting reduction is nccl, which sums between graphics cards, but the network runs on the cpu; "
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
      warn("\(fault.message); gradients go by way of host memory and MPI, which is slower")
      return .staged
    }
  }
}
