import ChallengeServer
import Files
import Foundation
import Jobs
import Probing
import Synchronization

// The server of `sheaf serve-challenge` with a stand-in for the network, in a process of its own: what answers requests needs
// threads that tests which wait would hold.
// usage: challenge-probe INPUT OUTPUT PORT
// Segments a case by copying it, unless its text is broken, full, stopped or strange, which fail in their ways. Writes
// "port N" and a line for each case; says "overlap" if two cases are ever in hand. SIGTERM ends it, as `sheaf` would.

let arguments = CommandLine.arguments
guard arguments.count == 4, let port = Int(arguments[3]) else {
  report("usage: challenge-probe INPUT OUTPUT PORT")
  exit(64)
}

let casesInHand = Atomic<Int>(0)

func segment(_ image: String, _ output: String) throws -> ChallengeServer.Segmented {
  if casesInHand.wrappingAdd(1, ordering: .relaxed).newValue > 1 { report("overlap") }
  defer { casesInHand.wrappingSubtract(1, ordering: .relaxed) }
  usleep(50_000)
  let text = String(decoding: try readWholeFile(image), as: UTF8.self)
  switch text {
  case "broken": throw Fault.badData("\(image) is damaged")
  case "full": throw Fault.io("no space left")
  case "stopped": throw Fault.stopped("stopped by a signal")
  case "strange": throw CocoaError(.fileReadUnknown)
  default: try publish(text, to: output)
  }
  return ChallengeServer.Segmented(voxels: 8, foregroundVoxels: 2, objects: 1, warnings: ["its size is not known"])
}

runProbe {
  StopSignals.catchSignals()
  var settings = ChallengeServer.Settings()
  settings.host = "127.0.0.1"
  settings.port = port
  settings.place.input = arguments[1]
  settings.place.output = arguments[2]
  let stopSignals = StopSignals()
  do {
    try StopSignals.whilePolled {
      try ChallengeServer(settings: settings, report: report, segment: segment).run(
        whenRunning: { report("port \($0)") }, isStopRequested: { stopSignals.isStopRequested })
    }
  } catch let fault as Fault { throw fault.onEveryRank }
}
