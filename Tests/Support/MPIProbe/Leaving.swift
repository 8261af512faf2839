import CMPI
import Foundation
import MPI
import Threads

/// Another thread drops the last reference to a communicator while this one leaves MPI. Freeing it takes a while, for an
/// attribute that it has inherited is slow to go.
func probeLeaving() throws {
  let world = try Communicator.world()
  var slow: Int32 = 0
  MPI_Comm_create_keyval(
    { _, _, _, value, copy, mustCopy in
      copy?.storeBytes(of: value, as: UnsafeMutableRawPointer?.self)
      mustCopy?.pointee = 1
      return MPI_SUCCESS
    },
    { _, _, _, _ in
      if !Thread.isMainThread { usleep(50_000) }
      return MPI_SUCCESS
    }, &slow, nil)
  MPI_Comm_set_attr(sheaf_mpi_comm_world(), slow, nil)
  let dropping = DispatchSemaphore(value: 0)
  try drop(Communicator.world(), dropping)
  try world.barrier()
  dropping.signal()
  usleep(5000)
}

private func drop(_ communicator: consuming Communicator, _ go: DispatchSemaphore) {
  startThread { [communicator] in
    go.wait()
    _ = communicator.rank
  }
}
