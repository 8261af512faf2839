import MPI
import Threads

extension Processors {
  /// The default number of threads per rank: the CPUs in this rank's mask, divided among the ranks on the same node
  /// that have the same mask. Collective; the result may differ between ranks.
  package static func defaultThreads(_ communicator: Communicator) throws -> Int {
    if communicator.size == 1 { return available }
    let node = try communicator.sameNode()
    let sharing = try node.allGather(allowed).filter { $0 == allowed }.count
    return max(1, available / sharing)
  }
}
