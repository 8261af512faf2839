import Files
import Foundation
import MPI
import Threads

/// What one rank may use of its node: threads and CPUs of its own, and the CPUs and ranks of the job there.
package struct RankResources: Codable {
  package let threads: Int
  package let processors: Int
  package let processorsOfNode: Int
  package let ranksOfNode: Int

  package init(threads: Int, processors: Int, processorsOfNode: Int, ranksOfNode: Int) {
    self.threads = threads
    self.processors = processors
    self.processorsOfNode = processorsOfNode
    self.ranksOfNode = ranksOfNode
  }

  /// Those of all ranks on rank 0, nil elsewhere. Collective.
  package static func gather(_ settings: JobSettings, _ communicator: Communicator) throws -> [RankResources]? {
    try communicator.gather(
      coding: RankResources(
        threads: settings.threads, processors: Processors.available,
        // A process that no launcher has started has the CPUs that its user gave it.
        processorsOfNode: Launcher.rank == nil ? Processors.available : Processors.availableToLauncher,
        ranksOfNode: try communicator.sameNode().size))
  }

  /// Whether the launcher bound the rank to one CPU that its threads share, or while others stay idle: what Open MPI
  /// does for one or two ranks.
  var isStarved: Bool {
    processors == 1 && processorsOfNode > 1 && (threads > 1 || processorsOfNode > ranksOfNode)
  }
}

/// The plan as text, and the reasons to refuse it. Rank 0 only.
package struct PlanReport {
  package let plan: JobPlan
  package let settings: JobSettings
  package let ranks: [RankResources]
  package let unitsDone: Int
  /// Free bytes where the output goes, and a path to name it; nil when unknown.
  package let disk: (path: String, freeInBytes: Int)?

  package init(
    plan: JobPlan, settings: JobSettings, ranks: [RankResources], unitsDone: Int,
    disk: (path: String, freeInBytes: Int)?
  ) {
    self.plan = plan
    self.settings = settings
    self.ranks = ranks
    self.unitsDone = unitsDone
    self.disk = disk
  }

  /// Disk still needed: units done already have theirs.
  package var diskStillNeededInBytes: Int {
    if plan.unitCount == 0 { return plan.diskNeededInBytes }
    return Int(Double(plan.diskNeededInBytes) * (Double(plan.unitCount - unitsDone) / Double(plan.unitCount)))
  }

  package var lines: [String] {
    var lines = ["sheaf \(plan.name): \(plan.unitsText)" + doneText]
    lines += plan.description.map { "  \($0)" }
    var traffic: [String] = []
    if plan.bytesRead > 0 { traffic.append("reads \(ByteSize(bytes: plan.bytesRead))") }
    if plan.bytesWritten > 0 { traffic.append("writes at most \(ByteSize(bytes: plan.bytesWritten))") }
    if let disk { traffic.append("\(ByteSize(bytes: disk.freeInBytes)) free at \(disk.path)") }
    if !traffic.isEmpty { lines.append("  " + traffic.joined(separator: ", ")) }
    lines.append("  " + resourcesText)
    return lines
  }

  /// About the resources; none of it changes the result.
  package var warnings: [String] {
    guard let starved = ranks.first(where: \.isStarved) else { return [] }
    return [
      "a rank with \(counted([starved.threads], "thread")) is bound to 1 of its node's "
        + "\(counted([starved.processorsOfNode], "CPU")); start mpirun with --bind-to none, or --map-by slot:PE=N for N "
        + "each"
    ]
  }

  package func print(on console: Console) {
    for line in lines { console.line(line) }
    for warning in warnings { console.warn(warning, about: .run) }
  }

  private var doneText: String {
    if unitsDone == 0 { return "" }
    if unitsDone == plan.unitCount { return ", all of them done already" }
    return ", \(unitsDone) of them done already (\(unitsDone * 100 / plan.unitCount) %)"
  }

  private var resourcesText: String {
    var text = ""
    if plan.memoryPerRankInBytes > 0 {
      text += "memory \(ByteSize(bytes: plan.memoryPerRankInBytes).enough) per rank"
      if let allowed = settings.memoryInBytes {
        text += " (\(ByteSize(bytes: allowed)) allowed\(settings.memoryOrigin.map { ": \($0)" } ?? ""))"
      }
      text += ", "
    }
    text += "\(ranks.count) \(ranks.count == 1 ? "rank" : "ranks") × \(counted(ranks.map(\.threads), "thread"))"
    return text + ", each rank may run on \(counted(ranks.map(\.processors), "CPU"))"
  }

  /// - Throws: `Fault.usage` when `--memory` is too small for the plan; `Fault.io`, as for a disk that fills up later,
  ///   when there is not enough free space.
  package func refuseIfImpossible() throws {
    if let allowed = settings.memoryInBytes,
      plan.memoryPerRankInBytes.subtractingReportingOverflow(plan.memoryToleranceInBytes).partialValue > allowed
    {
      let needed = ByteSize(bytes: plan.memoryPerRankInBytes)
      let limit =
        settings.memoryOrigin.map { "\(ByteSize(bytes: allowed)) are allowed by default, \($0)" }
        ?? "--memory allows \(ByteSize(bytes: allowed))"
      throw Fault.usage(
        "\(plan.name) needs \(needed.enough) of memory per rank, but \(limit); \(needed.memoryAdvice)"
          + (settings.memoryOrigin == nil ? "" : " if there is so much, or start fewer ranks on a node")
          + (plan.memoryAdvice.map { ", or \($0)" } ?? ""))
    }
    if let disk, diskStillNeededInBytes > disk.freeInBytes {
      throw Fault.diskFull(
        "\(plan.name) needs up to \(ByteSize(bytes: diskStillNeededInBytes)) of disk, but only "
          + "\(ByteSize(bytes: disk.freeInBytes)) are free at \(disk.path); free some space or write elsewhere")
    }
  }
}

extension JobPlan {
  /// For commands that write no output and keep no journal: prints the plan and refuses it when it is impossible.
  /// Collective.
  ///
  /// - Throws: `Fault.usage` when it needs more than `--memory`; `DryRunEnd` when it was only to be printed.
  package func announce(_ settings: JobSettings, _ communicator: Communicator) throws {
    let ranks = try RankResources.gather(settings, communicator)
    try settings.console.gatherWarnings(communicator)
    try communicator.rootOnly {
      let report = PlanReport(plan: self, settings: settings, ranks: ranks!, unitsDone: 0, disk: nil)
      if settings.printsPlan { report.print(on: settings.console) }
      try report.refuseIfImpossible()
      try settings.console.warnings.refuseIfStrict()
    }
    if settings.dryRun { throw DryRunEnd() }
  }
}

/// `1 thread`, `4 threads`, or `2 to 4 threads` when the ranks differ.
private func counted(_ values: [Int], _ noun: String) -> String {
  let least = values.min() ?? 0
  let most = values.max() ?? 0
  if least == most { return "\(least) \(noun)" + (least == 1 ? "" : "s") }
  return "\(least) to \(most) \(noun)s"
}

/// Space an unprivileged process may still fill on the file system of `path` or its nearest existing parent; nil when
/// the file system does not say.
package func freeDiskInBytes(at path: String) -> Int? {
  var existing = path
  while !fileExists(existing) {
    let parent = parentDirectory(of: existing)
    if parent == existing { return nil }
    existing = parent
  }
  var status = statvfs()
  if statvfs(existing, &status) != 0 || status.f_blocks == 0 { return nil }
  return Int(clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
}
