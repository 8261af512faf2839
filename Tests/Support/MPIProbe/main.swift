import Files
import Foundation
import MPI
import Probing

// What the tests of MPI and Jobs start under mpirun, since a test bundle cannot itself run on several ranks.
// usage: mpi-probe WHAT [ARGUMENTS]; prints its findings, ends as `sheaf` would.

let arguments = Array(CommandLine.arguments.dropFirst())
runProbe {
  switch arguments.first {
  case "collectives": try probeCollectives()
  case "messages": try probeMessages()
  case "information": try probeInformation()
  case "fault": try probeFault(Array(arguments.dropFirst()))
  case "leaving": try probeLeaving()
  case "job": try probeJob(Array(arguments.dropFirst()))
  default: throw Fault.usage("mpi-probe collectives|messages|information|fault|leaving|job")
  }
}

/// One line on standard output, written at once so that lines of several ranks do not mix.
func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }

/// Reports a broken expectation and ends the whole job with code 1.
func expect(_ condition: Bool, _ text: @autoclosure () -> String, line: UInt = #line) {
  if condition { return }
  report("line \(line): \(text())")
  Communicator.abort(1)
}
