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
  /// Whether results are printed as JSON.
  private let isJSON: Bool

  package var isRoot: Bool { communicator.isRoot }
  /// Memory a rank may use, in bytes, the same on all ranks: `--memory`, or half of what the node has for this job,
  /// shared by its ranks.
  package let memoryInBytes: Int

  /// Starts MPI when there is a launcher. Collective; the first thing a command does after checking its arguments.
  package static func start(
    _ reporting: ReportingOptions, _ options: ExecutionOptions = .defaults, overwrite: Bool = false
  ) throws -> RunContext {
    let world = try Communicator.world()
    if let count = Launcher.strangers(in: world) {
      throw Fault.usage(
        "the launcher started \(count) processes, but each of them finds itself alone, so all would do the same work at "
          + "once: start them with the mpirun of \(Communicator.libraryVersion.prefix { $0 != "," }), or with srun "
          + "--mpi=pmix"
      ).onEveryRank
    }
    try RankAgreement.require(facts, world)
    let node = try world.sameNode()
    let warnings = Warnings(isStrict: reporting.strict)
    let console: Console =
      world.isRoot ? .standardError(warnings, isQuiet: reporting.quiet) : .silent(warnings)
    ProgramExit.prepare(try world.duplicate(), console)
    for warning in Program.takeWarnings() { console.warn(warning, about: .command) }
    let machine = MachineMemory(ranksOfNode: node.size)
    if let memory = options.memory, memory.bytes.multipliedReportingOverflow(by: node.size).partialValue > machine.bytes
    {
      console.warn(
        "--memory \(memory) for each of \(node.size == 1 ? "1 rank" : "\(node.size) ranks") on a node is more than "
          + machine.text, about: .run)
    }
    // Work is divided the same way on all ranks.
    let shared = try world.allReduce(machine.bytes / (2 * node.size), .min)
    var settings = JobSettings(
      memoryInBytes: options.memory?.bytes ?? shared,
      threads: try options.threads ?? Processors.defaultThreads(world),
      maxHours: options.maxHours, overwrite: overwrite, dryRun: options.dryRun, console: console)
    if options.memory == nil {
      settings.memoryOrigin = "half of \(machine.text)" + (node.size > 1 ? ", shared by \(node.size) ranks" : "")
    }
    return RunContext(
      communicator: world,
      settings: settings,
      stopSignals: StopSignals(maxHours: options.maxHours),
      localRank: node.rank,
      console: console,
      isJSON: reporting.json,
      memoryInBytes: options.memory?.bytes ?? shared)
  }

  /// What all ranks have in common.
  private static var facts: [RankAgreement.Fact] {
    let build = Build.current
    let libtorch = Program.loadedLibtorchVersion
    return [
      RankAgreement.Fact(
        "other arguments", CommandLine.arguments.dropFirst().joined(separator: "\n"),
        remedy: "start all ranks with the same command"),
      RankAgreement.Fact(
        "another version of Sheaf",
        "sheaf \(Program.version)\(build.commit.isEmpty ? "" : ", commit \(build.commit)")",
        remedy: "install the same version on all nodes"),
      RankAgreement.Fact(
        "another version of libtorch", libtorch, remedy: "set LIBTORCH to the same version on all nodes"),
    ]
  }

  /// The beginning of a command's resolved settings.
  package func resolvedSettings(command: String) -> ResolvedSettings {
    ResolvedSettings(command: command, programVersion: Program.version, warnings: console.warnings)
  }

  /// A line on standard error, from rank 0.
  package func note(_ text: String) { console.line(text) }

  /// The end of a long command: how to see what it made.
  package func suggest(_ commands: String...) { note("Look at it with " + commands.joined(separator: ", or ")) }

  /// Results on standard output, from rank 0: as JSON, with the warnings so far, or as text for people.
  package func print(_ result: some Encodable, text: @autoclosure () -> String) throws {
    guard isRoot else { return }
    guard isJSON else { return writeResult(text() + "\n") }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let versioned = Versioned(result: result, warnings: console.warnings.all.map(\.text))
    writeResult(String(decoding: try encoder.encode(versioned), as: UTF8.self) + "\n")
  }
}

/// A result with the version of the format it is printed in. The version counts up when a key changes its meaning or
/// goes; new keys may come at any time.
private struct Versioned<Result: Encodable>: Encodable {
  let result: Result
  let warnings: [String]

  private enum CodingKeys: String, CodingKey { case formatVersion, warnings }

  func encode(to encoder: any Encoder) throws {
    try result.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(1, forKey: .formatVersion)
    try container.encode(warnings, forKey: .warnings)
  }
}

private func writeResult(_ text: String) {
  if !writeText(text, to: STDOUT_FILENO) {
    ProgramExit.fail(Fault.io("cannot write to standard output: \(systemErrorText())"))
  }
}

extension ExecutionOptions {
  /// For commands without execution options.
  package static var defaults: ExecutionOptions {
    // Cannot fail: every option has a default.
    try! ExecutionOptions.parse([])
  }
}
