import Foundation
import Threads

/// What a job is going to do, known before it starts.
package struct JobPlan: Sendable {
  /// The subcommand, such as `tile`. Two commands never share an output.
  package var command: String
  /// The pass of the command, such as `infer-relabel`: the name of its journal. The command itself when it has one pass.
  package var name: String
  package var unitCount: Int
  /// What a unit is to the user, in the plural, such as `bands` or `blocks`.
  package var unitName: String
  /// Bytes the whole job reads and writes; 0 when unknown or nothing.
  package var bytesRead: Int
  package var bytesWritten: Int
  /// The least memory in bytes with which a rank can do its share, everything included; 0 when it does not matter.
  package var memoryPerRankInBytes: Int
  /// Free disk space the whole job needs, in bytes; less is needed when units are done already.
  package var diskNeededInBytes: Int
  /// Further lines for the user, such as the geometry of the output.
  package var description: [String]

  package init(
    command: String, name: String? = nil, unitCount: Int, unitName: String = "units", bytesRead: Int = 0,
    bytesWritten: Int = 0, memoryPerRankInBytes: Int = 0, diskNeededInBytes: Int? = nil, description: [String] = []
  ) {
    precondition(unitCount >= 0)
    self.command = command
    self.name = name ?? command
    self.unitCount = unitCount
    self.unitName = unitName
    self.bytesRead = bytesRead
    self.bytesWritten = bytesWritten
    self.memoryPerRankInBytes = memoryPerRankInBytes
    self.diskNeededInBytes = diskNeededInBytes ?? bytesWritten
    self.description = description
  }
}

/// How the user wants a job run; none of it may change a byte of the output.
package struct JobSettings: Sendable {
  /// Most memory a rank may use; nil for no limit.
  package var memoryInBytes: Int?
  /// Threads of each rank.
  package var threads: Int
  /// Time limit in hours since the program started.
  package var maxHours: Double?
  /// Whether output of another command or other settings may be replaced.
  package var overwrite: Bool
  /// Whether to stop after printing the plan.
  package var dryRun: Bool
  /// Whether plans are printed; not those of jobs that are part of another one's plan.
  package var printsPlan = true
  /// Where plan, progress and warnings go.
  package var console: Console

  package init(
    memoryInBytes: Int? = nil, threads: Int = Processors.available, maxHours: Double? = nil, overwrite: Bool = false,
    dryRun: Bool = false, console: Console = .silent
  ) {
    self.memoryInBytes = memoryInBytes
    self.threads = threads
    self.maxHours = maxHours
    self.overwrite = overwrite
    self.dryRun = dryRun
    self.console = console
  }
}

/// Thrown on every rank when a plan was only to be printed (`--dry-run`); the program ends with exit code 0.
package struct DryRunEnd: Error {
  package init() {}
}

/// What a finished job leaves.
package struct JobOutcome: Sendable {
  /// What each unit's body returned, in this run or an earlier one: on rank 0 complete and indexed by unit, elsewhere
  /// empty. Never in the order in which units finished, since that depends on timing.
  package let payloads: [Data]
  /// Units that an earlier run had done.
  package let unitsDoneBefore: Int
  /// Units done by this run, on all ranks together.
  package let unitsDoneNow: Int
}
