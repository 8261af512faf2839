import Files
import MPI
import Torch

/// Ensures that all ranks train the same network.
enum ParameterAgreement {
  /// Copies rank 0's flat tensors into every rank's. Collective.
  static func broadcast(_ tensors: [Tensor], over communicator: Communicator) throws {
    guard communicator.size > 1 else { return }
    for tensor in tensors {
      if try tensor.device().isCPU {
        try tensor.withUnsafeElements { (elements: UnsafeMutableBufferPointer<Float>) in
          try communicator.broadcast(elements)
        }
      } else {
        let values = try communicator.broadcast(tensor.floats())
        try values.withUnsafeBufferPointer { try tensor.set($0) }
      }
    }
  }

  /// Compares the bits of the parameters over all ranks. Collective.
  ///
  /// - Throws: on every rank a `Fault.bug` that names the ranks whose parameters are not those of rank 0.
  static func check(_ parameters: FlatParameters, step: Int, over communicator: Communicator) throws {
    guard communicator.size > 1 else { return }
    let hash = try parameters.values.floats().withUnsafeBufferPointer { Fingerprint.of($0) }
    let hashes = try communicator.allGather([hash]).map { $0[0] }
    let different = hashes.indices.filter { hashes[$0] != hashes[0] }
    guard different.isEmpty else {
      let ranks = different.map(String.init).joined(separator: ", ")
      throw Fault(
        .bug,
        "after step \(step) the parameters of rank \(ranks) are not those of rank 0: expected checksum "
          + "\(Fingerprint.text(hashes[0])), found \(Fingerprint.text(hashes[different[0]])); "
          + "check the memory of that node, then run the same command to resume from the last checkpoint"
      ).onEveryRank
    }
  }
}
