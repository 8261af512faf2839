import ArgumentParser
import Files
import Foundation
import Jobs
import Synchronization
import Zarr

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Read and check every shard index, checksum and chunk of a store.",
    discussion: """
      Also finds shards that are missing although they were not empty, and metadata that were changed. Labels are \
      checked too. Ends with exit code 65 when anything is wrong, naming it.

      Example:
        mpirun -n 4 sheaf verify brain.zarr
      """)

  @Argument(help: "The store, or any Zarr v3 array or group.")
  var store: String

  @Flag(help: "Print the result as JSON.")
  var json = false

  @OptionGroup var execution: ExecutionOptions

  struct Report: Codable {
    struct Damage: Codable {
      let path: String
      let message: String
    }
    let store: String
    let shards: Int
    let damage: [Damage]
  }

  func run() throws {
    let context = try RunContext.start(execution)
    let communicator = context.communicator
    let verification = try communicator.everyRank { try Verification(of: store) }
    context.note(
      "verify \(store): \(verification.shardCount) shards, \(communicator.size) ranks × \(context.settings.threads) threads"
    )
    if execution.dryRun { return }
    // Every rank takes an equal share; rank 0 shows the progress of its own as that of all.
    let rank = communicator.rank
    let own = (verification.shardCount - rank + communicator.size - 1) / communicator.size
    let progress = Progress(
      label: "verify", total: verification.shardCount, unitName: "shards", console: context.console)
    let found = Mutex<[Int: [Finding]]>([:])
    let done = Atomic<Int>(0)
    try communicator.everyRank {
      try parallelForEach(count: own, threads: context.settings.threads) { index in
        if context.stopSignals.isStopRequested { throw Fault.stopped("verify was stopped; run the same command again") }
        let shard = index * communicator.size + rank
        let findings = try verification.verifyShard(shard)
        if !findings.isEmpty { found.withLock { $0[shard] = findings } }
        progress.update(
          min((done.wrappingAdd(1, ordering: .relaxed).newValue) * communicator.size, verification.shardCount))
      }
    }
    progress.finish()
    let ofAllRanks = try communicator.gather(coding: found.withLock { $0.mapValues { $0.map(Self.damage) } })
    try communicator.rootOnly {
      let ofShards = ofAllRanks!.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
      let damage =
        verification.metadataFindings.map(Self.damage) + ofShards.sorted { $0.key < $1.key }.flatMap(\.value)
      if json {
        try context.printJSON(Report(store: store, shards: verification.shardCount, damage: damage))
      } else {
        for finding in damage { context.printResult(finding.message) }
        if damage.isEmpty {
          context.printResult("\(store): \(verification.shardCount) shards, all as they were written")
        }
      }
      if let first = damage.first {
        throw Fault.badData(
          damage.count == 1
            ? first.message : "\(store) is damaged in \(damage.count) places; the first: \(first.message)")
      }
    }
  }

  private static func damage(_ finding: Finding) -> Report.Damage {
    Report.Damage(path: finding.path, message: finding.message)
  }
}
