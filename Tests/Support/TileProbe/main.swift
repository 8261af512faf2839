import Files
import Foundation
import Jobs
import MPI
import Probing
import Tiling
import VolumeFormats
import Voxels
import Zarr

// What the tests of tiling start, also under mpirun and to be killed: `sheaf tile` with small chunks and without the
// modules that tiling does not need.
// usage: tile-probe INPUT OUTPUT THREADS MEMORY-IN-BYTES CHUNK SHARD LEVELS-IN-UNIT
//        tile-probe repair INPUT STORE THREADS MEMORY-IN-BYTES

/// What `sheaf verify --repair-from` does, its findings left out.
func repair(_ store: String, from input: String, threads: Int, memory: Int) throws {
  let communicator = try Communicator.world()
  let verification = try Verification(of: store)
  let damaged = try (0..<verification.shardCount).filter { try !verification.verifyShard($0).isEmpty }
  // Every rank has looked at all before any of them writes.
  try communicator.barrier()
  let repair = try communicator.everyRank {
    try Repair(store, from: try openVolume(input, options: Repair.volumeOptions(ofStore: store)))
  }
  var shards: [Int: Set<Coordinate>] = [:]
  for shard in damaged {
    if let (level, position) = repair.place(of: shard, in: verification) { shards[level, default: []].insert(position) }
  }
  let refusals = try repair.run(shards, threads: threads, memoryInBytes: memory, communicator: communicator)
  try communicator.everyRank { if let first = refusals.first { throw Fault.badData(first) } }
  if communicator.isRoot { print(damaged.count) }
}

let arguments = CommandLine.arguments.dropFirst().map { $0 }
runProbe {
  if arguments.count == 5, arguments[0] == "repair", let threads = Int(arguments[3]), let memory = Int(arguments[4]) {
    return try repair(arguments[2], from: arguments[1], threads: threads, memory: memory)
  }
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
}
