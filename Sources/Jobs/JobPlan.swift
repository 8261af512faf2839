import Foundation
import Threads

/// What a job is going to do, as known before it starts.
public struct JobPlan: Sendable {
  /// The subcommand, such as `tile`. Two commands never share an output.
  package var command: String
  /// The pass of the command, such as `infer-relabel`, which names its journal; the command itself if it has only one
  /// pass.
  package var name: String
  package var unitCount: Int
  /// What the user calls the units, in the plural, such as `bands` or `blocks`.
  package var unitName: String
  /// Bytes that the whole job reads and writes; 0 when unknown or none.
  package var bytesRead: Int
  package var bytesWritten: Int
  /// The minimum memory a rank needs for its share, in bytes, everything included; 0 if it does not matter.
  package var memoryPerRankInBytes: Int
  /// How much of that is uncertain, because it was measured: a plan that needs so much more than allowed is accepted.
  package var memoryToleranceInBytes = 0
  /// What to change when that is too much, beside `--memory`, for the end of a sentence: `lower the batch size`.
  package var memoryAdvice: String?
  /// Free disk space that the whole job needs, in bytes; less is needed if some units are already done.
  package var diskNeededInBytes: Int
  /// Additional lines for the user, such as the geometry of the output.
  package var description: [String]

  /// The plan with a tolerance, for a memory that was measured and is a little different each time.
  package func tolerating(_ bytes: Int) -> JobPlan {
    var plan = self
    plan.memoryToleranceInBytes = bytes
    return plan
  }

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

  /// How many units there are, such as `1 block` or `12 patches`.
  var unitsText: String {
    guard unitCount == 1, unitName.hasSuffix("s") else { return "\(unitCount) \(unitName)" }
    return "1 \(unitName.dropLast(unitName.hasSuffix("ches") ? 2 : 1))"
  }
}

/// How the user wants a job to run; none of this may change a byte of the output.
public struct JobSettings: Sendable {
  /// The maximum memory per rank; nil for no limit.
  package var memoryInBytes: Int?
  /// Where the limit comes from, such as `half of this machine's 16.0 GiB`; nil when `--memory` gave it.
  package var memoryOrigin: String?
  /// Threads per rank.
  package var threads: Int
  /// Time limit in hours, counted from the start of the program.
  package var maxHours: Double?
  /// Whether output of another command or other settings may be replaced.
  package var overwrite: Bool
  /// Whether to stop after printing the plan.
  package var dryRun: Bool
  /// Whether plans are printed; false for jobs that are part of another job's plan.
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

/// Thrown on every rank when only the plan was to be printed (`--dry-run`); the program ends with exit code 0.
package struct DryRunEnd: Error {
  package init() {}
}

/// The result of a finished job.
public struct JobOutcome: Sendable {
  /// What each unit's body returned, in this run or an earlier one: complete and indexed by unit on rank 0, empty
  /// elsewhere. Never in order of completion, which depends on timing.
  package let payloads: [Data]
  /// The number of units that earlier runs had done.
  package let unitsDoneBefore: Int
  /// The number of units done by this run, on all ranks together.
  package let unitsDoneNow: Int
}
