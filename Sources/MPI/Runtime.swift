import CMPI
import Foundation
import Synchronization

/// Whether this process was started by an MPI launcher, and with which rank, known before MPI is initialised.
///
/// Without a launcher Sheaf does not initialise MPI at all: Open MPI's singleton initialisation spawns a daemon, takes
/// 0.2 s and fails in sandboxes, and a single rank needs none of it (`Communicator` then works within the process).
public enum Launcher {
  /// Set by Open MPI's mpirun, by PMIx launchers (`srun --mpi=pmix`), and by PMI launchers (`srun --mpi=pmi2`).
  private static let rankVariables = ["OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"]

  /// The rank assigned by the launcher; nil when the process was started directly.
  public static var rank: Int? {
    let environment = ProcessInfo.processInfo.environment
    for variable in rankVariables {
      if let text = environment[variable], let rank = Int(text) { return rank }
    }
    return nil
  }

  /// How many processes the launcher says it has started for this program; nil when it does not say. SLURM's variables
  /// count only where `srun` started the process itself: in a batch script they are there too.
  static var processCount: Int? {
    let environment = ProcessInfo.processInfo.environment
    func number(_ name: String) -> Int? { environment[name].flatMap { Int($0) } }
    if let count = number("OMPI_COMM_WORLD_SIZE") ?? number("PMI_SIZE") { return count }
    let isStep = environment["SLURM_STEP_ID"].map { !$0.isEmpty } ?? false
    if isStep, let count = number("SLURM_STEP_NUM_TASKS") { return count }
    if let task = number("SLURM_PROCID"), task > 0 { return number("SLURM_STEP_NUM_TASKS") ?? number("SLURM_NTASKS") }
    return nil
  }

  /// Whether Open MPI's mpirun has started all processes on this node.
  static var isOnOneNode: Bool {
    let environment = ProcessInfo.processInfo.environment
    guard let count = environment["OMPI_COMM_WORLD_SIZE"] else { return false }
    return count == environment["OMPI_COMM_WORLD_LOCAL_SIZE"]
  }

  /// How many processes believe to be alone although they were started together: those of a launcher that this MPI
  /// library does not understand. Nil when all is well.
  ///
  /// - Parameter world: as `Communicator.world` found it.
  public static func strangers(in world: Communicator) -> Int? {
    guard world.size == 1, let count = processCount, count > 1 else { return nil }
    return count
  }
}

/// MPI's state in this process. Initialised at most once, as the standard requires.
enum Runtime {
  private struct State: Sendable {
    var isInitialised = false
    var isFinalised = false
    var threadLevel: Int32 = 0

    var isUsable: Bool { isInitialised && !isFinalised }
  }
  private static let state = Mutex(State())

  static var isUsable: Bool { state.withLock { $0.isUsable } }

  /// Runs `body` unless MPI is not in use, and prevents MPI from being finalised meanwhile: the last reference to a
  /// communicator may be dropped by any thread, even while another one is ending the program.
  static func whileUsable(_ body: () -> Void) {
    state.withLock { if $0.isUsable { body() } }
  }

  /// The thread support level of the library, as the standard names it.
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
      // Within a node messages go through shared memory whichever network there is; to look for one takes 0.2 s. What the
      // user has chosen stays.
      if Launcher.isOnOneNode { setenv("OMPI_MCA_pml", "ob1", 0) }
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
