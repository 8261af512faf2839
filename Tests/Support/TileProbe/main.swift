import Files
import Foundation
import Jobs
import MPI
import Tiling
import VolumeFormats
import Voxels

// What the tests of tiling start, also under mpirun and to be killed: `sheaf tile` with small chunks and without the
// modules that tiling does not need.
// usage: tile-probe INPUT OUTPUT THREADS MEMORY-IN-BYTES CHUNK SHARD LEVELS-IN-UNIT

let arguments = CommandLine.arguments.dropFirst().map { $0 }
do {
  guard arguments.count == 7, let threads = Int(arguments[2]), let memory = Int(arguments[3]),
    let chunk = Extent(text: arguments[4]), let shard = Extent(text: arguments[5]), let levels = Int(arguments[6])
  else { throw Fault.usage("tile-probe INPUT OUTPUT THREADS MEMORY-IN-BYTES CHUNK SHARD LEVELS-IN-UNIT") }
  StopSignals.catchSignals()
  let communicator = try Communicator.world()
  let signals = StopSignals()
  let source = try communicator.everyRank { try openVolume(arguments[0]) }
  _ = try tile(
    source, to: arguments[1], settings: TilingSettings(chunk: chunk, shard: shard),
    resolved: ResolvedSettings(command: "tile", programVersion: "probe"),
    job: JobSettings(
      memoryInBytes: memory, threads: threads, console: communicator.isRoot ? .standardError : .silent),
    memoryInBytes: memory, communicator: communicator, isStopRequested: { signals.isStopRequested },
    levelsInUnit: levels)
  try Communicator.finalize()
} catch let fault as Fault where fault.isOnEveryRank {
  if Launcher.rank ?? 0 == 0 { FileHandle.standardError.write(Data("\(fault.message)\n".utf8)) }
  try Communicator.finalize()
  exit(fault.kind.rawValue)
} catch {
  FileHandle.standardError.write(Data("\(error)\n".utf8))
  Communicator.abort((error as? Fault)?.kind.rawValue ?? 70)
}
