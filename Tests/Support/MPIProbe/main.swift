import Files
import Foundation
import Jobs
import MPI

// What the tests of MPI and Jobs start under mpirun, since a test bundle cannot itself run on several ranks.
// usage: mpi-probe WHAT [ARGUMENTS]; prints its findings, ends as `sheaf` would.

let arguments = Array(CommandLine.arguments.dropFirst())
do {
  switch arguments.first {
  case "collectives": try probeCollectives()
  case "messages": try probeMessages()
  case "information": try probeInformation()
  case "fault": try probeFault(Array(arguments.dropFirst()))
  case "leaving": try probeLeaving()
  case "job": try probeJob(Array(arguments.dropFirst()))
  default: throw Fault.usage("mpi-probe collectives|messages|information|fault|leaving|job")
  }
  try Communicator.finalize()
} catch is DryRunEnd {
  try Communicator.finalize()
} catch let fault as Fault where fault.isOnEveryRank {
  if Launcher.rank ?? 0 == 0 { report("fault: \(fault.message)") }
  try Communicator.finalize()
  exit(fault.kind.rawValue)
} catch {
  report("rank \(Launcher.rank ?? 0) alone: \(error)")
  Communicator.abort((error as? Fault)?.kind.rawValue ?? 70)
}

/// One line, written at once so that lines of several ranks do not mix.
func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
func report(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

/// Reports a broken expectation and ends the whole job with code 1.
func expect(_ condition: Bool, _ text: @autoclosure () -> String, line: UInt = #line) {
  if condition { return }
  report("line \(line): \(text())")
  Communicator.abort(1)
}
