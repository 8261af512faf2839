import Files
import Foundation
import Jobs
import MPI
import Synchronization
import Threads
import VolumeFormats
import Voxels
import Zarr

/// Notices when the input of a store is not what it was when the store was begun, and has done again what that concerns.
///
/// 1. Size and times of every file that the volume consists of are recorded beside the store (`FileTable`), and compared
///    when the command is run again.
/// 2. Units that are done and read a file that differs are read again, without being written, and the digest of their
///    voxels is compared with the one in the journal. A touched or copied file thus costs a read.
/// 3. Units with other voxels are taken back and done again, so that the store becomes what a fresh one would be. Where
///    the input is another one, or the store is finished, it is refused instead.
/// 4. When all units are done the files are compared once more, and units that read one that was written meanwhile.
struct InputWatch {
  let source: any VolumeSource
  let geometry: TilingGeometry
  let tiler: UnitTiler
  let output: String
  let settings: JobSettings
  let communicator: Communicator

  static let fileName = "inputs"
  private var recordPath: String { joinPath(Store.ownDirectory(of: output), Self.fileName) }
  private var console: Console { settings.console }

  /// What is known before any voxel is read, the same on every rank.
  private struct Survey: Codable {
    /// Units that are done and read a changed file, with the digests of the voxels they read.
    var units: [Int] = []
    var digests: [UInt64] = []
    /// Units that read a changed file, of versions that kept no digests.
    var unknown: [Int] = []
    /// What changed, as words.
    var changes = ""
    /// Whether the changed files have the names and the place that they had.
    var isSamePlace = true
  }

  /// Whether `reconcile` could go on with a store that was begun from this input, or from files in its place. For
  /// replacements, which begin from the beginning otherwise.
  static func canContinue(_ output: String, from source: any VolumeSource) -> Bool {
    guard let recorded = FileTable(readFrom: joinPath(Store.ownDirectory(of: output), fileName)) else { return true }
    let table = FileTable(source.files)
    return recorded.changes(to: table).isEmpty || recorded.isSamePlace(as: table) && !OutputContents.isSealed(output)
  }

  /// Collective; after the job is opened and before its units run.
  ///
  /// - Parameter isFinished: whether the store is finished, so that nothing is done again.
  /// - Throws: `Fault.cannotCreate` when the store was made from other voxels, `Fault.stopped` after a stop.
  func reconcile(_ job: Job, isFinished: Bool) throws {
    let survey = try communicator.rootOnly { try examine(job.payloadsOfEarlierRuns, isFinished: isFinished) }
    if survey.units.isEmpty && survey.unknown.isEmpty { return }
    let count = survey.units.count + survey.unknown.count
    console.line(
      "\(job.plan.name): the input has changed since: \(survey.changes); comparing \(count) of the units done")
    let different = try compare(survey, label: "compare").union(survey.unknown)
    if different.isEmpty {
      console.line("\(job.plan.name): the voxels are the same")
    } else if isFinished || !survey.isSamePlace {
      throw Fault.cannotCreate(
        "\(output) was \(isFinished ? "made" : "begun") from other voxels than \(source.description.path) has now "
          + "(\(survey.changes)); give the input as it was, another output, or --overwrite to replace it"
      ).onEveryRank
    } else {
      console.line(
        "\(job.plan.name): \(different.count) of the units done have other voxels now and are done again")
      // In this order: a run that is killed in between compares again.
      try communicator.rootOnly { try Job.forgetLaterPasses(of: job.plan.command, in: Store.ownDirectory(of: output)) }
      try job.takeBack(different)
    }
    if !isFinished { try communicator.rootOnly { try FileTable(source.files).publish(to: recordPath) } }
  }

  /// Collective, after the units are done: units that read a file which was written meanwhile are compared.
  ///
  /// - Parameter payloads: of all units; used on rank 0.
  /// - Throws: `Fault.badData` when some have other voxels now.
  func requireUnchanged(_ payloads: [Data]) throws {
    let survey = try communicator.rootOnly {
      try examine(Dictionary(uniqueKeysWithValues: payloads.enumerated().map { ($0, $1) }), isFinished: false)
    }
    if survey.units.isEmpty && survey.unknown.isEmpty { return }
    console.line("the input has changed while it was read: \(survey.changes); comparing \(survey.units.count) units")
    let different = try compare(survey, label: "compare").union(survey.unknown)
    guard different.isEmpty else {
      throw Fault.badData(
        "\(source.description.path) has changed while it was read (\(survey.changes)), and \(different.count) units have "
          + "other voxels now; once nothing writes to the input, run the same command again: these units are done again"
      ).onEveryRank
    }
    try communicator.rootOnly { try FileTable(source.files).publish(to: recordPath) }
  }

  /// Rank 0 only.
  private func examine(_ payloads: [Int: Data], isFinished: Bool) throws -> Survey {
    let paths = source.files
    let table = FileTable(paths)
    let records = try payloads.mapValues(UnitRecord.decode)
    let recorded = FileTable(readFrom: recordPath)
    var survey = Survey()
    let affected: [Int]
    if records.isEmpty || recorded == nil && records.values.allSatisfy({ $0.voxels == nil }) {
      // A store of an earlier version was compared by its fingerprint.
      affected = []
    } else if let recorded {
      let changes = recorded.changes(to: table)
      affected = units(Array(records.keys), reading: changes, of: paths)
      survey.isSamePlace = recorded.isSamePlace(as: table)
      survey.changes = Self.text(changes)
    } else {
      affected = Array(records.keys)
      survey.changes = "\(recordPath) is missing or damaged"
    }
    for unit in affected.sorted() {
      guard let digest = records[unit]!.voxels else {
        survey.unknown.append(unit)
        continue
      }
      survey.units.append(unit)
      survey.digests.append(digest)
    }
    // Not yet where units are to be compared: a run that is stopped meanwhile must compare again.
    if affected.isEmpty && recorded != table && !isFinished { try table.publish(to: recordPath) }
    return survey
  }

  private func units(_ units: [Int], reading changes: [FileTable.Change], of paths: [String]) -> [Int] {
    if changes.isEmpty { return [] }
    let changed = changes.compactMap(\.index)
    // What a file that is gone held is not known.
    if changed.count < changes.count || changed.count == paths.count { return units }
    let files = Set(changed.map { paths[$0] })
    return units.filter { unit in source.files(holding: geometry.units.region(unit)).contains { files.contains($0) } }
  }

  private static func text(_ changes: [FileTable.Change]) -> String {
    guard let first = changes.first else { return "" }
    let others = changes.count - 1
    return "\(first.name): \(first.what)"
      + (others == 0 ? "" : ", and \(others) more \(others == 1 ? "file" : "files")")
  }

  /// The units of the survey whose voxels are others now, on every rank.
  private func compare(_ survey: Survey, label: String) throws -> Set<Int> {
    let own = Array(stride(from: communicator.rank, to: survey.units.count, by: communicator.size))
    let progress = Progress(label: label, total: survey.units.count, unitName: "units", console: console)
    var different: [Int] = []
    try communicator.everyRank {
      for (done, index) in own.enumerated() {
        do {
          if try tiler.digest(ofUnit: survey.units[index]) != survey.digests[index] {
            different.append(survey.units[index])
          }
        } catch let fault as Fault where fault.kind == .badData || fault.kind == .noInput {
          // It is done again, and the fault then told.
          different.append(survey.units[index])
        } catch let fault as Fault where fault.kind == .stopped {
          throw Fault.stopped("comparing the input was stopped; run the same command again to resume")
        }
        progress.update(min((done + 1) * communicator.size, survey.units.count))
      }
    }
    progress.finish()
    let ofAllRanks = try communicator.gather(coding: different)
    return Set(try communicator.rootOnly { ofAllRanks!.flatMap { $0 } })
  }
}
