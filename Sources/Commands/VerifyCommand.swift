import ArgumentParser
import Files
import Foundation
import Jobs
import MPI
import Synchronization
import Threads
import Tiling
import VolumeFormats
import Voxels
import Zarr

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Read and check every shard index, checksum and chunk of a store.",
    discussion: """
      Also finds shards that are missing although they were not empty, and metadata that were changed. Labels are \
      checked too. Ends with exit code 65 when anything is wrong, naming it. With --repair-from, damaged and missing \
      shards are first made anew from the volume that was tiled, byte for byte as they were.

      Example:
        mpirun -n 4 sheaf verify brain.zarr
        mpirun -n 4 sheaf verify brain.zarr --repair-from planes/
      """)

  @Argument(help: "The store, or any Zarr array or group.")
  var store: String

  @Option(
    help: ArgumentHelp(
      "Make damaged and missing shards anew from the volume the store was tiled from.", valueName: "input"))
  var repairFrom: String?

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
    /// Shards that were damaged and are sound again.
    let repaired: Int
    let damage: [Damage]
  }

  func run() throws {
    let context = try RunContext.start(execution)
    let communicator = context.communicator
    let verification = try communicator.everyRank { try Verification(of: store) }
    context.note(
      "verify \(store): \(verification.shardCount) shards, "
        + "\(communicator.size) \(communicator.size == 1 ? "rank" : "ranks") × \(context.settings.threads) threads"
    )
    if execution.dryRun { return }
    var damaged = try verify(Array(0..<verification.shardCount), verification, context, label: "verify")
    var repaired = 0
    if let repairFrom, !damaged.isEmpty {
      let numbers = damaged.keys.sorted()
      try repair(numbers, from: repairFrom, verification, context)
      damaged = try verify(numbers, verification, context, label: "verify again")
      repaired = numbers.count - damaged.count
    }
    try communicator.rootOnly {
      let damage = verification.metadataFindings.map(Self.damage) + damaged.sorted { $0.key < $1.key }.flatMap(\.value)
      if json {
        try context.printJSON(
          Report(store: store, shards: verification.shardCount, repaired: repaired, damage: damage))
      } else {
        for finding in damage { context.printResult(finding.message) }
        if repaired > 0 { context.printResult("\(store): \(repaired) shards made anew from \(repairFrom!)") }
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

  /// What is wrong with shards, on every rank: those without findings are left out. Every rank looks at an equal share;
  /// rank 0 shows the progress of its own as that of all.
  private func verify(
    _ shards: [Int], _ verification: Verification, _ context: RunContext, label: String
  ) throws -> [Int: [Report.Damage]] {
    let communicator = context.communicator
    let rank = communicator.rank
    let own = (shards.count - rank + communicator.size - 1) / communicator.size
    let progress = Progress(label: label, total: shards.count, unitName: "shards", console: context.console)
    let found = Mutex<[Int: [Finding]]>([:])
    let done = Atomic<Int>(0)
    try communicator.everyRank {
      try parallelForEach(count: own, threads: context.settings.threads) { index in
        if context.stopSignals.isStopRequested { throw Fault.stopped("verify was stopped; run the same command again") }
        let shard = shards[index * communicator.size + rank]
        let findings = try verification.verifyShard(shard)
        if !findings.isEmpty { found.withLock { $0[shard] = findings } }
        progress.update(min((done.wrappingAdd(1, ordering: .relaxed).newValue) * communicator.size, shards.count))
      }
    }
    progress.finish()
    let ofAllRanks = try communicator.gather(coding: found.withLock { $0.mapValues { $0.map(Self.damage) } })
    return try communicator.rootOnly { ofAllRanks!.reduce(into: [:]) { $0.merge($1) { first, _ in first } } }
  }

  /// Labels and other arrays that the input does not give stay as they are.
  private func repair(
    _ shards: [Int], from input: String, _ verification: Verification, _ context: RunContext
  ) throws {
    let communicator = context.communicator
    // A store whose settings or metadata are not what they were would not give the same bytes.
    let ownMetadata = verification.metadataFindings.first { !$0.path.hasPrefix(joinPath(store, "labels")) }
    if let ownMetadata {
      throw Fault.badData("\(ownMetadata.message); shards can only be made anew where metadata are sound").onEveryRank
    }
    let repair = try communicator.everyRank {
      try Repair(store, from: try openVolume(input, options: Repair.volumeOptions(ofStore: store)))
    }
    var places: [Int: Set<Coordinate>] = [:]
    for shard in shards {
      if let (level, position) = repair.place(of: shard, in: verification) {
        places[level, default: []].insert(position)
      }
    }
    let count = places.values.reduce(0) { $0 + $1.count }
    context.note("repair \(store): \(count) of \(shards.count) damaged shards can be made anew from \(input)")
    let progress = Progress(label: "repair", total: count, unitName: "shards", console: context.console)
    try repair.run(
      places, threads: context.settings.threads, memoryInBytes: context.memoryInBytes, communicator: communicator,
      isStopRequested: { context.stopSignals.isStopRequested }
    ) { progress.update(min($0 * communicator.size, count)) }
    progress.finish()
  }

  private static func damage(_ finding: Finding) -> Report.Damage {
    Report.Damage(path: finding.path, message: finding.message)
  }
}
