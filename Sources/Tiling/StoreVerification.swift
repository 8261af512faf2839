import Files
import Jobs
import MPI
import Synchronization
import Threads
import VolumeFormats
import Voxels
import Zarr

/// What `verifyStore` found.
public struct VerificationReport: Codable, Sendable {
  package struct Damage: Codable, Sendable {
    /// The damaged file.
    package let path: String
    package let message: String
  }

  package let store: String
  package let shards: Int
  /// Shards that were damaged and have been rebuilt.
  package let repaired: Int
  package let damage: [Damage]
  /// What could not be checked, as sentences.
  package let notes: [String]

  /// One line a finding; a line that says so when there is none.
  package var text: String {
    var lines = damage.map(\.message)
    if repaired > 0 { lines.append("\(store): \(repaired) shards rebuilt") }
    lines += notes
    if damage.isEmpty { lines.append("\(store): \(shards) shards, all intact") }
    return lines.joined(separator: "\n")
  }

  /// - Throws: `Fault.badData` with the first finding when there is any.
  package func requireSoundness() throws {
    guard let first = damage.first else { return }
    throw Fault.badData(
      damage.count == 1
        ? first.message : "\(store) is damaged in \(damage.count) places; the first: \(first.message)")
  }
}

/// Checks every shard of a store, and rebuilds damaged ones first when the volume it was tiled from is given. Collective.
///
/// - Parameters:
///   - path: a store, or any Zarr array or group.
///   - input: the volume the store was tiled from; nil to repair nothing.
///   - memoryInBytes: what a rank may use for repairs.
/// - Returns: what was found, on every rank.
/// - Throws: `Fault.noInput` when there is nothing to verify, `Fault.usage` when `input` is another volume than the one
///   that was tiled, `Fault.badData` when damage to metadata prevents the repair, `Fault.stopped`, `DryRunEnd`.
public func verifyStore(
  _ path: String, repairingFrom input: String?, settings: JobSettings, memoryInBytes: Int, communicator: Communicator,
  isStopRequested: @escaping @Sendable () -> Bool
) throws -> VerificationReport {
  // Nobody else may write to a store that is being repaired.
  let lock = try communicator.rootOnlyObject { input == nil || settings.dryRun ? nil : try OutputLock(path) }
  defer { withExtendedLifetime(lock) {} }
  let verification = try communicator.everyRank { try Verification(of: path) }
  try JobPlan(command: "verify", unitCount: verification.shardCount, unitName: "shards").announce(
    settings, communicator)
  let run = StoreVerification(
    store: path, verification: verification, settings: settings, communicator: communicator,
    isStopRequested: isStopRequested)
  var damaged = try run.check(Array(0..<verification.shardCount), label: "verify")
  var repaired = 0
  if let input, !damaged.isEmpty {
    let numbers = damaged.keys.sorted()
    let refusals = try run.repair(numbers, from: input, memoryInBytes: memoryInBytes)
    damaged = try run.check(numbers, label: "verify again")
    // Why a shard could not be repaired says more than what is wrong with it.
    for (shard, _) in damaged {
      let path = verification.shardPath(shard)
      if let refusal = refusals.first(where: { $0.hasPrefix("\(path) ") }) {
        damaged[shard] = [VerificationReport.Damage(path: path, message: refusal)]
      }
    }
    repaired = numbers.count - damaged.count
  }
  return VerificationReport(
    store: path, shards: verification.shardCount, repaired: repaired,
    damage: verification.metadataFindings.map(VerificationReport.Damage.init)
      + damaged.sorted { $0.key < $1.key }.flatMap(\.value),
    notes: verification.storesWithoutDigests.map {
      "\($0): written by an earlier version, without shard digests: exchanged shards cannot be noticed"
    })
}

extension VerificationReport.Damage {
  fileprivate init(_ finding: Finding) { self.init(path: finding.path, message: finding.message) }
}

/// One run of `verifyStore`.
private struct StoreVerification {
  let store: String
  let verification: Verification
  let settings: JobSettings
  let communicator: Communicator
  let isStopRequested: @Sendable () -> Bool

  /// What is wrong with shards, on every rank: those without findings are left out. Every rank checks an equal share;
  /// rank 0 shows the progress of its own as that of all.
  func check(_ shards: [Int], label: String) throws -> [Int: [VerificationReport.Damage]] {
    let rank = communicator.rank
    let own = (shards.count - rank + communicator.size - 1) / communicator.size
    let progress = Progress(label: label, total: shards.count, unitName: "shards", console: settings.console)
    let found = Mutex<[Int: [Finding]]>([:])
    let done = Atomic<Int>(0)
    try communicator.everyRank {
      try parallelForEach(count: own, threads: settings.threads) { index in
        if isStopRequested() { throw Fault.stopped("verify was stopped; run the same command again") }
        let shard = shards[index * communicator.size + rank]
        let findings = try verification.verifyShard(shard)
        if !findings.isEmpty { found.withLock { $0[shard] = findings } }
        progress.update(min((done.wrappingAdd(1, ordering: .relaxed).newValue) * communicator.size, shards.count))
      }
    }
    progress.finish()
    let ofAllRanks = try communicator.gather(
      coding: found.withLock { $0.mapValues { $0.map(VerificationReport.Damage.init) } })
    return try communicator.rootOnly { ofAllRanks!.reduce(into: [:]) { $0.merge($1) { first, _ in first } } }
  }

  /// Labels and other arrays that the input does not give stay as they are.
  ///
  /// - Returns: on every rank, sentences about shards that the input does not give as they were.
  func repair(_ shards: [Int], from input: String, memoryInBytes: Int) throws -> [String] {
    // A store whose settings or metadata are not what they were would not give the same bytes.
    let ownMetadata = verification.metadataFindings.first { !$0.path.hasPrefix(joinPath(store, "labels")) }
    if let ownMetadata {
      throw Fault.badData(
        "\(ownMetadata.message); shards can be rebuilt only where the metadata are intact"
      ).onEveryRank
    }
    let repair = try communicator.everyRank {
      let source = try openVolume(input, options: Repair.volumeOptions(ofStore: store))
      try InputPlaces(source.inputPaths).refuse(output: store, kind: .directory)
      return try Repair(store, from: source)
    }
    var places: [Int: Set<Coordinate>] = [:]
    for shard in shards {
      if let (level, position) = repair.place(of: shard, in: verification) {
        places[level, default: []].insert(position)
      }
    }
    let count = places.values.reduce(0) { $0 + $1.count }
    if communicator.isRoot {
      settings.console.line("repair \(store): \(count) of \(shards.count) damaged shards can be rebuilt from \(input)")
    }
    let progress = Progress(label: "repair", total: count, unitName: "shards", console: settings.console)
    let refusals = try repair.run(
      places, threads: settings.threads, memoryInBytes: memoryInBytes, communicator: communicator,
      isStopRequested: isStopRequested
    ) { progress.update(min($0 * communicator.size, count)) }
    progress.finish()
    let ofAllRanks = try communicator.gather(coding: refusals)
    return try communicator.rootOnly { ofAllRanks!.flatMap { $0 } }
  }
}
