import Files
import Foundation
import Jobs
import MPI

/// Runs a probe, a program that tests start, also under mpirun, and ends it as `sheaf` ends: a fault of every rank is
/// printed once and is the exit code of all; a rank that fails alone ends the whole job.
package func runProbe(_ body: () throws -> Void) -> Never {
  do {
    do {
      try body()
    } catch is DryRunEnd {
      // The plan has been printed.
    } catch let fault as Fault where fault.isOnEveryRank {
      if Launcher.rank ?? 0 == 0 { report("fault: \(fault.message)") }
      try Communicator.finalize()
      exit(fault.kind.rawValue)
    }
    try Communicator.finalize()
    exit(EXIT_SUCCESS)
  } catch {
    report("rank \(Launcher.rank ?? 0) alone: \(error)")
    Communicator.abort((error as? Fault)?.kind.rawValue ?? 70)
  }
}

/// One line on standard error, written at once so that lines of several ranks do not mix.
package func report(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
