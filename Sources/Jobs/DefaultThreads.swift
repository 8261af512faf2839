import MPI
import Threads

extension Processors {
  /// Threads for each rank when the user gives none: the CPUs of this rank's mask, shared with the ranks of the same
  /// node that have the same mask. Collective; ranks may get different numbers.
  package static func defaultThreads(_ communicator: Communicator) throws -> Int {
    if communicator.size == 1 { return available }
    let node = try communicator.sameNode()
    let sharing = try node.allGather(allowed).filter { $0 == allowed }.count
    return max(1, available / sharing)
  }
}
