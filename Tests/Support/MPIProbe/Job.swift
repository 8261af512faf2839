import Files
import Foundation
import Jobs
import MPI

/// What `mpi-probe job` does, from `KEY=VALUE` arguments.
private struct JobScript {
  var directory = ""
  var units = 20
  var identity = "units: a"
  var command = "probe"
  var unitsAtOnce = 1
  /// Time a unit takes, in milliseconds.
  var milliseconds = 2
  /// No unit ends before this many ranks have begun one.
  var ranksToWaitFor = 0
  /// Units that always fail, and units that fail on their first attempt.
  var poison: Set<Int> = []
  var flaky: Set<Int> = []
  /// The unit that finds the disk full.
  var full = -1
  /// The unit that kills its own rank with SIGKILL.
  var deadly = -1
  var prefetch = false
  /// Whether all ranks do each unit together.
  var together = false
  var memoryNeeded = 0
  var diskNeeded = 0
  var settings = JobSettings(threads: 1)

  init(_ arguments: [String]) throws {
    for argument in arguments {
      let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
      let value = parts.count == 2 ? parts[1] : ""
      switch parts[0] {
      case "directory": directory = value
      case "units": units = Int(value)!
      case "identity": identity = value
      case "command": command = value
      case "at-once": unitsAtOnce = Int(value)!
      case "milliseconds": milliseconds = Int(value)!
      case "wait-for-ranks": ranksToWaitFor = Int(value)!
      case "poison": poison = Set(value.split(separator: ",").map { Int($0)! })
      case "flaky": flaky = Set(value.split(separator: ",").map { Int($0)! })
      case "full": full = Int(value)!
      case "deadly": deadly = Int(value)!
      case "prefetch": prefetch = true
      case "together": together = true
      case "memory-needed": memoryNeeded = Int(value)!
      case "disk-needed": diskNeeded = Int(value)!
      case "memory": settings.memoryInBytes = ByteSize(value)!.bytes
      case "max-hours": settings.maxHours = Double(value)!
      case "dry-run": settings.dryRun = true
      default: throw Fault.usage("unknown job argument \(argument)")
      }
    }
  }
}

/// Runs a job whose unit n writes the file `directory/n`, holding n², under `directory/log` what it did, and returns n²
/// as text; then rank 0 checks all files and prints the sum of the payloads.
func probeJob(_ arguments: [String]) throws {
  StopSignals.catchSignals()
  let world = try Communicator.world()
  var script = try JobScript(arguments)
  if world.isRoot { script.settings.console = .standardError }
  let job = try Job(
    plan: JobPlan(
      command: script.command, unitCount: script.units, memoryPerRankInBytes: script.memoryNeeded,
      diskNeededInBytes: script.diskNeeded),
    directory: joinPath(script.directory, ".sheaf"), identity: OutputIdentity(script.identity),
    output: script.directory,
    communicator: world, settings: script.settings)
  try createDirectory(joinPath(script.directory, "log"))
  let settled = script
  var prefetch: (@Sendable (Int) throws -> Void)?
  if script.prefetch { prefetch = { unit in try note(unit, "prefetch", settled.directory, world.rank) } }
  let outcome =
    script.together
    ? try job.runTogether { unit in try world.everyRank { try runUnit(unit, settled, rank: world.rank) } }
    : try job.run(unitsAtOnce: script.unitsAtOnce, prefetch: prefetch) { unit in
      try runUnit(unit, settled, rank: world.rank)
    }
  say("rank \(world.rank): \(outcome.unitsDoneBefore) before, \(outcome.unitsDoneNow) now")
  guard world.isRoot else { return }
  for unit in 0..<script.units {
    let text = "\(unit * unit)"
    expect(outcome.payloads[unit] == Data(text.utf8), "payload of unit \(unit)")
    let file = try readWholeFile(joinPath(script.directory, "\(unit)"))
    expect(file == Data(text.utf8), "file of unit \(unit)")
  }
  say("all \(script.units) units agree")
}

private func runUnit(_ unit: Int, _ script: JobScript, rank: Int) throws -> Data {
  try note(unit, "begin", script.directory, rank)
  // A signal cuts usleep short.
  let end = secondsSinceBoot() + Double(script.milliseconds) / 1000
  while secondsSinceBoot() < end { usleep(1000) }
  while try ranksThatBegan(script.directory).count < script.ranksToWaitFor { usleep(1000) }
  if unit == script.deadly { kill(getpid(), SIGKILL) }
  if unit == script.full { throw Fault.diskFull("cannot write unit \(unit): the disk is full") }
  if script.poison.contains(unit) { throw Fault.badData("unit \(unit) is damaged") }
  let begun = try directoryEntries(joinPath(script.directory, "log")).filter { $0.hasPrefix("begin-\(unit)-") }
  if script.flaky.contains(unit) && begun.count == 1 { throw Fault.io("unit \(unit) had bad luck") }
  let data = Data("\(unit * unit)".utf8)
  try publish(data, to: joinPath(script.directory, "\(unit)"))
  try note(unit, "done", script.directory, rank)
  return data
}

private func ranksThatBegan(_ directory: String) throws -> Set<Substring> {
  let names = try directoryEntries(joinPath(directory, "log")).filter { $0.hasPrefix("begin-") }
  return Set(names.map { $0.split(separator: "-")[2] })
}

/// Leaves an empty file whose name says what happened: visible to the test from all ranks, and unaffected by kills.
private func note(_ unit: Int, _ event: String, _ directory: String, _ rank: Int) throws {
  let name = "\(event)-\(unit)-\(rank)-\(getpid())-\(UInt64.random(in: 0 ... .max))"
  try Data().write(to: URL(fileURLWithPath: joinPath(directory, "log", name)))
}
