import Files
import Jobs
import MPI
import Synchronization
import Threads
import VolumeFormats
import Voxels
import Zarr

/// Checks everything at a path: stores of Sheaf and others, every other output of Sheaf, or a single file. Rebuilds
/// damaged shards of a store first when the volume it was tiled from is given, and metadata from the store's own record.
/// Collective.
///
/// - Parameters:
///   - path: an output of Sheaf, a Zarr or N5 hierarchy, or a file.
///   - input: the volume the store was tiled from; nil to rebuild no shards.
///   - restoresMetadata: whether metadata documents that were lost or changed are written again.
///   - memoryInBytes: what a rank may use for repairs.
/// - Returns: what was found, on every rank.
/// - Throws: `Fault.noInput` when there is nothing to verify, `Fault.usage` when `input` is another volume than the one
///   that was tiled, `Fault.badData` when damage to metadata prevents the repair, `Fault.stopped`, `DryRunEnd`.
public func verifyOutput(
  _ path: String, repairingFrom input: String?, restoresMetadata: Bool = false, settings: JobSettings,
  memoryInBytes: Int, communicator: Communicator, isStopRequested: @escaping @Sendable () -> Bool
) throws -> VerificationReport {
  if try communicator.rootOnly({ fileExists(path) && !isDirectory(path) && !Store.isArchived(path) }) {
    return try communicator.rootOnly { try FileVerification.report(on: path) }
  }
  let repairs = (restoresMetadata || input != nil) && !settings.dryRun
  if repairs, Store.isArchived(path) || Archive.fileHolding(path) != path {
    throw Fault.usage("nothing is written into archives: unpack \(path), and repair the directory")
  }
  // Nobody else may write to a store that is being repaired.
  let lock = try communicator.rootOnlyObject { repairs ? try OutputLock(path) : nil }
  defer { withExtendedLifetime(lock) {} }
  let restored = try communicator.rootOnly { repairs ? try Store.restoreMetadata(of: path) : [] }
  let verification = try communicator.everyRank { try Verification(of: path) }
  try JobPlan(
    command: "verify", unitCount: verification.shardCount + verification.fileCount, unitName: "shards and files"
  ).announce(settings, communicator)
  let run = StoreVerification(
    store: path, verification: verification, settings: settings, communicator: communicator,
    isStopRequested: isStopRequested)
  let own = try communicator.rootOnly { try run.checkOutputs() }
  let items = Array(0..<(verification.shardCount + verification.fileCount))
  var damaged = try run.check(items, label: "verify")
  let notes = try run.notes()
  var repaired = 0
  let shards = damaged.keys.filter { $0 < verification.shardCount }.sorted()
  if let input, !shards.isEmpty {
    let files = damaged.filter { $0.key >= verification.shardCount }.flatMap(\.value)
    let refusals = try run.repair(shards, from: input, memoryInBytes: memoryInBytes, damagedFiles: files)
    let again = try run.check(shards, label: "verify again")
    for shard in shards { damaged[shard] = again[shard] }
    // Why a shard could not be repaired says more than what is wrong with it.
    for shard in again.keys {
      let path = verification.shardPath(shard)
      if let refusal = refusals.first(where: { $0.hasPrefix("\(path) ") }) {
        damaged[shard] = [VerificationReport.Damage(path: path, message: refusal)]
      }
    }
    repaired = shards.count - again.count
  }
  return VerificationReport(
    store: path, kinds: Set(verification.outputs.compactMap(\.kind?.rawValue)).sorted(),
    isFinished: verification.outputs.allSatisfy(\.isFinished), shards: verification.shardCount,
    files: verification.fileCount, repaired: repaired, restored: restored,
    damage: own + damaged.sorted { $0.key < $1.key }.flatMap(\.value), notes: notes)
}

/// One run of `verifyOutput`.
private struct StoreVerification {
  let store: String
  let verification: Verification
  let settings: JobSettings
  let communicator: Communicator
  let isStopRequested: @Sendable () -> Bool

  /// What is wrong with metadata, journals and intermediate files of the outputs. On rank 0.
  func checkOutputs() throws -> [VerificationReport.Damage] {
    var findings = verification.metadataFindings
    for output in verification.outputs {
      let contents = output.isFinished ? try OutputContents.read(in: output.path) : nil
      let own = try UnfinishedOutput(
        output.path, isFinished: output.isFinished, listed: Set(contents.map { Array($0.files.keys) } ?? []))
      findings += own.findings
      if output.isFinished || own.progress.isEmpty { continue }
      let place = OutputContents.path(in: output.path)
      let message =
        "\(output.path) was never finished: \(own.progress.joined(separator: ", ")); run the command that writes it again "
        + "to resume"
      findings = findings.map { $0.path == place ? Finding(path: place, message: message) : $0 }
    }
    return findings.map(VerificationReport.Damage.init)
  }

  /// What could not be checked, on every rank. After `check`.
  func notes() throws -> [String] {
    let ofAllRanks = try communicator.gather(coding: verification.coverage)
    return try communicator.rootOnly {
      verification.notes(ofAllRanks!.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) })
    }
  }

  /// What is wrong with shards, and with files, whose numbers follow those of the shards, on every rank: those without
  /// findings are left out. Every rank checks an equal share; rank 0 shows the progress of its own as that of all.
  func check(_ items: [Int], label: String) throws -> [Int: [VerificationReport.Damage]] {
    let rank = communicator.rank
    let own = (items.count - rank + communicator.size - 1) / communicator.size
    let progress = Progress(label: label, total: items.count, unitName: "shards and files", console: settings.console)
    let found = Mutex<[Int: [Finding]]>([:])
    let done = Atomic<Int>(0)
    try communicator.everyRank {
      try parallelForEach(count: own, threads: settings.threads) { index in
        if isStopRequested() { throw Fault.stopped("verify was stopped; run the same command again") }
        let item = items[index * communicator.size + rank]
        let findings =
          item < verification.shardCount
          ? try verification.verifyShard(item) : try verification.verifyFile(item - verification.shardCount)
        if !findings.isEmpty { found.withLock { $0[item] = findings } }
        progress.update(min((done.wrappingAdd(1, ordering: .relaxed).newValue) * communicator.size, items.count))
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
  ///
  /// - Parameter damagedFiles: what is wrong with other files than shards.
  func repair(
    _ shards: [Int], from input: String, memoryInBytes: Int, damagedFiles: [VerificationReport.Damage]
  ) throws -> [String] {
    // A store whose settings or metadata are not what they were would not give the same bytes.
    let messages =
      verification.metadataFindings.filter { !$0.path.hasPrefix(joinPath(store, "labels")) }.map(\.message)
      + damagedFiles.filter { $0.path == joinPath(PrivateDirectory.path(in: store), "settings.json") }.map(\.message)
    if let message = messages.first {
      throw Fault.badData("\(message); shards can be rebuilt only where the metadata are intact").onEveryRank
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
