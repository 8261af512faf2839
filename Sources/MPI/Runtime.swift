import CMPI
import Foundation
import Synchronization

/// Whether this process was started by an MPI launcher, and its rank there, known before MPI is initialised.
///
/// Without a launcher Sheaf does not initialise MPI at all: Open MPI's singleton start spawns a daemon, costs a fifth of
/// a second and fails in sandboxes, while one rank needs none of it (`Communicator` then works within the process).
public enum Launcher {
  /// Set by Open MPI's mpirun, by PMIx launchers (`srun --mpi=pmix`), and by PMI launchers (`srun --mpi=pmi2`).
  private static let rankVariables = ["OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"]

  /// Rank in the job as the launcher gave it; nil when the process was started directly.
  public static var rank: Int? {
    let environment = ProcessInfo.processInfo.environment
    for variable in rankVariables {
      if let text = environment[variable], let rank = Int(text) { return rank }
    }
    return nil
  }
}

/// MPI's state in this process. Initialised at most once, as the standard demands.
enum Runtime {
  private struct State: Sendable {
    var isInitialised = false
    var isFinalised = false
    var threadLevel: Int32 = 0

    var isUsable: Bool { isInitialised && !isFinalised }
  }
  private static let state = Mutex(State())

  static var isUsable: Bool { state.withLock { $0.isUsable } }

  /// Runs `body` unless MPI is not in use, and lets nobody leave MPI meanwhile: the last reference to a communicator may
  /// be dropped by any thread, also while another one ends the program.
  static func whileUsable(_ body: () -> Void) {
    state.withLock { if $0.isUsable { body() } }
  }

  /// The thread support the library offers, in the standard's words.
  static var threadLevelName: String {
    switch state.withLock({ $0.threadLevel }) {
    case sheaf_mpi_thread_multiple(): return "MPI_THREAD_MULTIPLE"
    case sheaf_mpi_thread_serialized(): return "MPI_THREAD_SERIALIZED"
    case sheaf_mpi_thread_funneled(): return "MPI_THREAD_FUNNELED"
    default: return "MPI_THREAD_SINGLE"
    }
  }

  static func initialise() throws {
    try state.withLock { state in
      precondition(!state.isFinalised, "MPI cannot be started again after finalize")
      if state.isInitialised { return }
      var provided: Int32 = 0
      try check(MPI_Init_thread(nil, nil, sheaf_mpi_thread_multiple(), &provided), "MPI_Init_thread")
      state.isInitialised = true
      state.threadLevel = provided
      try check(
        MPI_Comm_set_errhandler(sheaf_mpi_comm_world(), sheaf_mpi_errors_return()), "MPI_Comm_set_errhandler")
    }
  }

  static func finalise() throws {
    let mustFinalise = state.withLock { state in
      let must = state.isUsable
      state.isFinalised = state.isFinalised || must
      return must
    }
    if mustFinalise { try check(MPI_Finalize(), "MPI_Finalize") }
  }
}
