import ArgumentParser
import Files
import Foundation
import Jobs
import MPI

// One place decides what a failure prints and how the program ends.

let launcherRank = Launcher.rank ?? 0

/// Leaves with `code` after MPI has been left properly, which waits for the other ranks: only for endings that every
/// rank comes to.
func endTogether(_ code: Int32) -> Never {
  do {
    try Communicator.finalize()
  } catch {
    complain("\(error)")
    exit(Fault.Kind.bug.rawValue)
  }
  exit(code)
}

/// Ends the whole job for a failure of this rank that the others may know nothing of.
func endAll(_ message: String, _ code: Int32) -> Never {
  // When every rank fails alike, such as over a bad argument, rank 0 gets to speak for all and ends the others here.
  if launcherRank != 0 { usleep(500_000) }
  complain(message)
  Communicator.abort(code)
}

func complain(_ message: String) {
  FileHandle.standardError.write(Data("sheaf: \(message)\n".utf8))
}

var command: any ParsableCommand
do {
  command = try Sheaf.parseAsRoot()
} catch {
  // Help, version, or a usage error: the same on every rank, so rank 0 speaks for all. The others end with 0, or
  // mpirun might kill rank 0 before it has spoken.
  if launcherRank != 0 { exit(0) }
  Sheaf.exit(withError: error)
}

do {
  try command.run()
  endTogether(0)
} catch is DryRunEnd {
  endTogether(0)
} catch let fault as Fault where fault.isOnEveryRank {
  if launcherRank == 0 { complain(fault.message) }
  endTogether(fault.kind.rawValue)
} catch let fault as Fault {
  endAll(fault.message, fault.kind.rawValue)
} catch let error where error is ValidationError || error is CleanExit || error is ExitCode {
  if launcherRank != 0 { usleep(500_000) }
  Sheaf.exit(withError: error)
} catch {
  endAll("\(error)", Fault.Kind.bug.rawValue)
}
