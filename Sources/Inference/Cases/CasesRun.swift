import Files
import Foundation
import Jobs
import MPI
import Synchronization
import Threads
import VolumeFormats
import Voxels

/// Segments many cases into one directory.
///
/// 1. A case that fits in memory is a unit of a job, which ranks share.
/// 2. All ranks together do each of the others, block by block.
/// 3. A case that cannot be read, or that the network does not take, is set aside and named; the others go on. The same
///    command then does what is missing, and cases whose files have changed.
/// 4. `cases.csv` lists all of them.
public struct CasesRun: Sendable {
  package let cases: [CaseRequest]
  package let inference: CaseInference
  package let kinds: [CaseOutput.Kind]
  package let type: String?
  /// Of the files, such as `.nii.gz`; `.zarr` for stores.
  package let ending: String
  package let isCompressed: Bool

  public init(
    _ cases: [CaseRequest], _ inference: CaseInference, kinds: [CaseOutput.Kind], type: String?, ending: String,
    isCompressed: Bool
  ) throws {
    self.cases = cases
    self.inference = inference
    self.kinds = kinds
    self.type = type
    self.ending = ending
    self.isCompressed = isCompressed
    if ending != ".zarr" { _ = try outputs("case", in: "") }
  }

  private static let tableName = "cases.csv"
  private var writesStores: Bool { ending == ".zarr" }

  /// The files of a case.
  private func outputs(_ name: String, in directory: String) throws -> [CaseOutput] {
    try CaseOutput.all(kinds, at: joinPath(directory, name + ending), type: type, isCompressed: isCompressed)
  }

  private func outputNames(_ name: String) throws -> [String] {
    writesStores ? [name + ending] : try outputs(name, in: "").map(\.path)
  }

  /// - Parameters:
  ///   - path: the directory to write.
  ///   - inputs: what is read besides the cases.
  ///   - resolved: the command with its network.
  ///   - memoryInBytes: what a rank may use when `jobSettings` sets no limit.
  /// - Returns: on every rank; with cases that were set aside, if there are any.
  /// - Throws: `Fault.cannotCreate` when `path` holds something else, `Fault.stopped` after a stop; what concerns all cases,
  ///   such as a full disk.
  public func run(
    to path: String, readingAlso inputs: [String], resolved: ResolvedSettings, communicator: Communicator,
    jobSettings: JobSettings, memoryInBytes: Int
  ) throws -> CasesSummary {
    var resolved = resolved
    inference.settings.add(to: &resolved)
    resolved.add("cases", cases.map(\.name).joined(separator: ", "))
    resolved.add("written", writesStores ? "stores" : kinds.map(\.rawValue).joined(separator: ", "))
    resolved.add("format", ending)
    if let type { resolved.add("type", type) }
    let request = OutputPlace.Request(path, owner: OutputOwner(resolved), inputs: inputs + cases.map(\.path))
    return try OutputPlace.write(request, settings: jobSettings, communicator: communicator) {
      [resolved] workPath, settings in
      try run(workPath, resolved, communicator, settings, memoryInBytes)
    }
  }

  private func run(
    _ workPath: String, _ resolved: ResolvedSettings, _ communicator: Communicator, _ jobSettings: JobSettings,
    _ memoryInBytes: Int
  ) throws -> CasesSummary {
    let directory = PrivateDirectory.path(in: workPath)
    let journal = joinPath(directory, "infer.journal")
    let earlier = communicator.isRoot ? (try? Journal.read(journal))?.payloads ?? [:] : [:]
    let limit = jobSettings.memoryInBytes ?? memoryInBytes
    let tile = try communicator.everyRank {
      try inference.predictor.tile(holding: inference.settings.tile ?? inference.defaultTile)
    }
    let base = try communicator.allReduce(
      communicator.everyRank {
        jobSettings.dryRun ? 0 : try inference.predictor.memoryInBytes(tile: tile, threads: jobSettings.threads)
      }, .max)
    let format = writesStores ? "stores" : "\(ending) files"
    let job = try Job(
      plan: JobPlan(
        command: "infer", unitCount: cases.count, unitName: "cases", memoryPerRankInBytes: base,
        diskNeededInBytes: 0,
        description: [
          "\(cases.count) cases, from \(cases.first?.path ?? "") to \(cases.last?.path ?? "")",
          "\(kinds.isEmpty && !writesStores ? "mask" : kinds.map(\.rawValue).joined(separator: ", ")) as \(format), tiles of \(tile)",
        ] + inference.predictor.planLines
      ).tolerating(base / 10),
      directory: directory, identity: resolved.identity, output: workPath, communicator: communicator,
      settings: jobSettings, recheck: { try obstacle(to: $0, earlier[$0], workPath) })
    try communicator.rootOnly {
      if !job.isComplete { try OutputContents.unseal(workPath) }
      try writeList(in: workPath)
    }
    let shown = Mutex<Set<String>>([])
    @Sendable func show(_ record: CaseRecord) {
      if shown.withLock({ $0.insert(record.name).inserted }) { jobSettings.console.line(record.line) }
    }
    let stopSignals = StopSignals(maxHours: jobSettings.maxHours)
    let unitsAtOnce = sideBySide(jobSettings.threads, base: base, limit: limit)
    let outcome = try job.run(unitsAtOnce: unitsAtOnce) { index in
      let record = try runCase(
        cases[index], in: workPath, threads: max(1, jobSettings.threads / unitsAtOnce),
        limitInBytes: (limit - base) / unitsAtOnce, jobSettings.console, stopSignals)
      if record.result != nil || record.fault != nil { show(record) }
      return try encodePayload(record)
    }
    var records = try communicator.rootOnly {
      try outcome.payloads.map { try JSONDecoder().decode(CaseRecord.self, from: $0) }
    }
    records.forEach(show)
    for index in records.indices where records[index].result == nil && records[index].fault == nil {
      records[index] = try runLarge(
        cases[index], records[index], in: workPath, resolved, communicator, jobSettings, memoryInBytes: memoryInBytes)
      jobSettings.console.line(records[index].line)
    }
    let summary = CasesSummary(records: records)
    try communicator.rootOnly {
      try publish(Data(summary.table.utf8), to: joinPath(workPath, Self.tableName))
      try resolved.write(to: directory)
      try removePartialFiles(below: workPath)
      if summary.setAside.isEmpty, !writesStores {
        try OutputContents.seal(
          workPath, kind: .init(rawValue: "segmented cases"),
          files: [Self.tableName] + records.flatMap(\.outputs))
      }
    }
    return summary
  }

  /// Cases that this rank has in hand at once: small ones have too few tiles for all threads.
  private func sideBySide(_ threads: Int, base: Int, limit: Int) -> Int {
    guard !writesStores, threads > 1 else { return 1 }
    let tile = inference.settings.tile ?? inference.defaultTile
    guard let first = cases.lazy.compactMap({ try? InferenceImage($0.path, options: $0.options) }).first else {
      return 1
    }
    let tiles = TileLattice(extent: first.extent, tile: tile, overlap: inference.settings.overlap).count
    guard tiles < 2 * threads else { return 1 }
    let fitting = max(1, (limit - base) / max(1, inference.memoryInBytes(first, threads: 1)))
    return max(1, min(threads / max(1, min(tiles, threads)), fitting, cases.count))
  }

  // MARK: Resuming

  /// Why a case that an earlier run did is done again.
  private func obstacle(to index: Int, _ payload: Data?, _ workPath: String) throws -> String? {
    guard let payload, let record = try? JSONDecoder().decode(CaseRecord.self, from: payload) else {
      return "its record is damaged"
    }
    if record.fault != nil { return "\(record.name) was set aside" }
    // Its own record tells, once it is done.
    if record.result == nil { return nil }
    if let missing = record.outputs.first(where: { !fileExists(joinPath(workPath, $0)) }) {
      return "\(missing) is missing"
    }
    return isUnchanged(record, cases[index]) ? nil : "\(record.path) has changed"
  }

  private func isUnchanged(_ record: CaseRecord, _ request: CaseRequest) -> Bool {
    guard let image = try? InferenceImage(request.path, options: request.options) else { return false }
    return record.path == request.path && record.stamp == CaseRecord.stamp(of: image.files)
  }

  /// The names of what is written, by which `--overwrite` tells it from what others have put there.
  private func writeList(in workPath: String) throws {
    let names = try cases.flatMap { try outputNames($0.name) } + [Self.tableName]
    try publish(
      JSONValue.array(names.map(JSONValue.string)).serialised(),
      to: joinPath(PrivateDirectory.path(in: workPath), "cases.json"))
  }

  // MARK: Cases

  private func runCase(
    _ request: CaseRequest, in workPath: String, threads: Int, limitInBytes: Int, _ console: Console,
    _ stopSignals: StopSignals
  ) throws -> CaseRecord {
    let start = secondsSinceBoot()
    var record = CaseRecord(name: request.name, path: request.path, stamp: "", outputs: try outputNames(request.name))
    do {
      let image = try InferenceImage(request.path, options: request.options)
      record.stamp = CaseRecord.stamp(of: image.files)
      if writesStores || image.extent.count > CaseInference.mostVoxelsInMemory
        || inference.memoryInBytes(image, threads: threads) > limitInBytes
      {
        return record
      }
      let result = try inference.run(
        image, to: outputs(request.name, in: workPath), replacesFiles: true, threads: threads
      ) {
        if let reason = stopSignals.reason { throw Fault.stopped(reason) }
      }
      for doubt in result.doubts { console.warn(doubt) }
      record.result = result
    } catch  where Self.concernsCase(error) {
      record.fault = plainText(of: error)
    }
    record.seconds = secondsSinceBoot() - start
    return record
  }

  /// Whether the other cases can go on.
  private static func concernsCase(_ error: any Error) -> Bool {
    guard let fault = (error as? Fault) ?? (error as? any FaultConvertible)?.fault else { return false }
    return [.badData, .noInput, .usage].contains(fault.kind)
  }

  /// Collective.
  private func runLarge(
    _ request: CaseRequest, _ record: CaseRecord, in workPath: String, _ resolved: ResolvedSettings,
    _ communicator: Communicator, _ jobSettings: JobSettings, memoryInBytes: Int
  ) throws -> CaseRecord {
    let start = secondsSinceBoot()
    let own = joinPath(PrivateDirectory.path(in: workPath), "cases")
    let recordPath = joinPath(own, request.name + ".json")
    let done = try communicator.rootOnly { () throws -> CaseRecord? in
      guard fileExists(recordPath), let data = try? readWholeFile(recordPath, limit: 1 << 26),
        let known = try? JSONDecoder().decode(CaseRecord.self, from: data), isUnchanged(known, request),
        known.outputs.allSatisfy({ fileExists(joinPath(workPath, $0)) })
      else { return nil }
      return known
    }
    if let done { return done }
    var record = record
    var settings = jobSettings
    settings.printsPlan = false
    do {
      let image = try communicator.everyRank { try InferenceImage(request.path, options: request.options) }
      record.stamp = CaseRecord.stamp(of: image.files)
      var caseResolved = resolved
      caseResolved.add("case", request.name)
      try communicator.everyRank { try image.add(to: &caseResolved) }
      if writesStores {
        record.result = CaseInference.Result(
          try infer(
            image, to: joinPath(workPath, request.name + ending), readingAlso: nil, predictor: inference.predictor,
            defaultTile: inference.defaultTile, settings: inference.settings, objectsPath: nil,
            resolved: caseResolved, communicator: communicator, jobSettings: settings,
            memoryInBytes: memoryInBytes))
      } else {
        record.result = try inference.runByBlocks(
          image, to: outputs(request.name, in: workPath), replacesFiles: true,
          workPath: joinPath(own, request.name + ".zarr"), resolved: caseResolved, communicator: communicator,
          jobSettings: settings, memoryInBytes: memoryInBytes)
      }
    } catch  where Self.concernsCase(error) {
      record.fault = plainText(of: error)
    }
    record.seconds = secondsSinceBoot() - start
    try communicator.rootOnly {
      guard record.fault == nil else { return }
      try createDirectory(own)
      try publish(try encodePayload(record), to: recordPath)
    }
    return record
  }
}
