import Files
import Foundation
import Jobs
import MPI
import Threads

/// What every command runs in: its ranks, the resources of each, and where its words go.
package struct RunContext {
  /// All ranks of the job; one when not started by mpirun.
  package let communicator: Communicator
  /// Resolved from the options; for `Job` and for in-rank parallelism (`settings.threads`).
  package let settings: JobSettings
  /// For loops outside of jobs: `isStopRequested`.
  package let stopSignals: StopSignals
  /// Number of this rank among those of its node, from 0, for devices.
  package let localRank: Int
  /// Plans, progress and warnings: standard error on rank 0, nowhere on the others.
  package let console: Console

  package var isRoot: Bool { communicator.isRoot }
  /// Memory a rank may use, in bytes: `--memory`, or half of the machine's shared by the ranks of this node.
  package let memoryInBytes: Int

  /// Starts MPI when there is a launcher. Collective; the first thing a command does after checking its arguments.
  package static func start(_ options: ExecutionOptions = ExecutionOptions.defaults) throws -> RunContext {
    StopSignals.catchSignals()
    let world = try Communicator.world()
    Ending.prepare(try world.duplicate())
    let node = try world.sameNode()
    let console = world.isRoot ? Console.standardError : .silent
    return RunContext(
      communicator: world,
      settings: JobSettings(
        memoryInBytes: options.memory?.bytes,
        threads: try options.threads ?? Processors.defaultThreads(world),
        maxHours: options.maxHours, overwrite: options.overwrite, dryRun: options.dryRun, console: console),
      stopSignals: StopSignals(maxHours: options.maxHours),
      localRank: node.rank,
      console: console,
      memoryInBytes: options.memory?.bytes ?? machineMemoryInBytes() / (2 * node.size))
  }

  /// The beginning of a command's resolved settings.
  package func resolvedSettings(command: String) -> ResolvedSettings {
    ResolvedSettings(command: command, programVersion: Program.version)
  }

  /// A line on standard error, from rank 0.
  package func note(_ text: String) { console.line(text) }

  /// A line of results on standard output, from rank 0.
  package func printResult(_ text: String) {
    if isRoot { writeResult(text + "\n") }
  }

  /// Machine-readable results on standard output, from rank 0.
  package func printJSON(_ value: some Encodable) throws {
    guard isRoot else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    writeResult(String(decoding: try encoder.encode(value), as: UTF8.self) + "\n")
  }
}

private func writeResult(_ text: String) {
  if !writeText(text, to: STDOUT_FILENO) {
    Ending.fail(Fault.io("cannot write to standard output: \(systemErrorText())"))
  }
}

extension ExecutionOptions {
  /// For commands without execution options.
  package static var defaults: ExecutionOptions {
    // Cannot fail: every option has a default.
    try! ExecutionOptions.parse([])
  }
}
