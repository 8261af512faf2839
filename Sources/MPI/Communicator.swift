import CMPI
import Foundation

/// A group of ranks that exchange messages; owns a duplicate of an MPI communicator.
///
/// - Every rank of the group makes its collective calls (`duplicate`, `barrier`, `broadcast`, `gather`, `allReduce`) in
///   the same order, with one thread at a time per communicator; threads that communicate concurrently use one
///   duplicate each.
/// - Errors of the MPI library are thrown as `MPIError` (`MPI_ERRORS_RETURN` is set everywhere).
/// - Counts are unlimited: MPI 3 counts are `Int32`, so larger messages are split into pieces of `elementsPerCall`.
/// - Without a launcher there is one rank and MPI is never initialised; messages to itself are passed through memory.
/// - Freed with the last reference, unless MPI has been finalised by then.
public final class Communicator: @unchecked Sendable {
  /// This process's rank in the group, from 0.
  public let rank: Int
  /// The number of processes in the group.
  public let size: Int
  /// The largest count passed to one MPI call; tests lower it to exercise the splitting.
  public let elementsPerCall: Int

  /// The transport: MPI, or memory if there is only one process.
  enum Transport {
    case mpi(MPI_Comm)
    case local(Mailbox)
  }
  let transport: Transport
  /// Keeps the pieces of a long message together when several threads send under the same tag.
  let sendLock = NSLock()

  /// Far below the `Int32` limit of MPI 3, so that a piece of 8-byte numbers stays at 1 GiB: some transports have had
  /// byte limits of their own, and pieces of that size cost nothing.
  public static let defaultElementsPerCall = 1 << 27

  private init(owning handle: MPI_Comm, elementsPerCall: Int) throws {
    try check(MPI_Comm_set_errhandler(handle, sheaf_mpi_errors_return()), "MPI_Comm_set_errhandler")
    var rank: Int32 = 0
    var size: Int32 = 0
    try check(MPI_Comm_rank(handle, &rank), "MPI_Comm_rank")
    try check(MPI_Comm_size(handle, &size), "MPI_Comm_size")
    self.rank = Int(rank)
    self.size = Int(size)
    self.elementsPerCall = elementsPerCall
    transport = .mpi(handle)
  }

  private init(localWithElementsPerCall elementsPerCall: Int) {
    rank = 0
    size = 1
    self.elementsPerCall = elementsPerCall
    transport = .local(Mailbox())
  }

  deinit {
    guard case .mpi(let handle) = transport else { return }
    Runtime.whileUsable {
      var freed: MPI_Comm? = handle
      MPI_Comm_free(&freed)
    }
  }

  /// All ranks of the job: under a launcher a duplicate of `MPI_COMM_WORLD` (the first call initialises MPI), otherwise
  /// this process alone. Collective.
  ///
  /// - Throws: `MPIError` when MPI cannot start, or provides less than `MPI_THREAD_MULTIPLE` to a job of several ranks.
  public static func world() throws -> Communicator {
    guard Launcher.rank != nil else { return single() }
    try Runtime.initialise()
    let world = try duplicate(sheaf_mpi_comm_world(), elementsPerCall: defaultElementsPerCall)
    if world.size > 1 && threadLevel != "MPI_THREAD_MULTIPLE" {
      throw MPIError(
        call: "MPI_Init_thread", code: 0,
        message: "this MPI library offers only \(threadLevel), Sheaf needs MPI_THREAD_MULTIPLE for several ranks")
    }
    return world
  }

  /// This process alone, even under a launcher.
  public static func single(elementsPerCall: Int = defaultElementsPerCall) -> Communicator {
    Communicator(localWithElementsPerCall: elementsPerCall)
  }

  /// The same ranks with a separate message space. Collective.
  public func duplicate(elementsPerCall: Int? = nil) throws -> Communicator {
    let limit = elementsPerCall ?? self.elementsPerCall
    precondition(limit > 0 && limit <= Int(Int32.max))
    switch transport {
    case .local: return .single(elementsPerCall: limit)
    case .mpi(let handle): return try Communicator.duplicate(handle, elementsPerCall: limit)
    }
  }

  private static func duplicate(_ handle: MPI_Comm, elementsPerCall: Int) throws -> Communicator {
    var copy: MPI_Comm?
    try check(MPI_Comm_dup(handle, &copy), "MPI_Comm_dup")
    return try Communicator(owning: copy!, elementsPerCall: elementsPerCall)
  }

  /// The ranks on this rank's node (sharing its memory, CPUs and devices), numbered from 0. Collective.
  public func sameNode() throws -> Communicator {
    guard case .mpi(let handle) = transport else { return .single(elementsPerCall: elementsPerCall) }
    var node: MPI_Comm?
    try check(
      MPI_Comm_split_type(handle, sheaf_mpi_comm_type_shared(), Int32(rank), sheaf_mpi_info_null(), &node),
      "MPI_Comm_split_type")
    return try Communicator(owning: node!, elementsPerCall: elementsPerCall)
  }

  /// The thread support level that MPI provides, such as `MPI_THREAD_MULTIPLE`.
  public static var threadLevel: String { Runtime.threadLevelName }

  /// The name and version of the MPI library, on one line.
  public static var libraryVersion: String {
    var length: Int32 = 0
    let capacity = Int(sheaf_mpi_max_library_version_string()) + 1
    let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) { buffer in
      buffer.initialize(repeating: 0)
      return MPI_Get_library_version(buffer.baseAddress!, &length) == MPI_SUCCESS
        ? String(cString: buffer.baseAddress!) : "unknown MPI"
    }
    return text.split(separator: "\n").first.map(String.init) ?? text
  }

  /// Aborts all ranks of the job at once; `mpirun` returns `code`. Never returns.
  public static func abort(_ code: Int32) -> Never {
    if Runtime.isUsable { MPI_Abort(sheaf_mpi_comm_world(), code) }
    exit(code)
  }

  /// Finalises MPI; waits for all ranks. Communicators that still exist become unusable. Does nothing without MPI or
  /// when called again.
  public static func finalize() throws { try Runtime.finalise() }
}
