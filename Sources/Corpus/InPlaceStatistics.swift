import Files
import Foundation
import IntensityStatistics
import Jobs
import MPI
import Tiling
import Voxels

/// The statistics of a source that is read in place, kept with the corpus: `.sheaf/statistics/NNNN-NAME`, the record of
/// what was read beside them (`….json`), and its files with their sizes and times (`….files`).
///
/// 1. The statistics are those that tiling would have taken, from one pass over the voxels that any number of ranks share
///    and any later run resumes.
/// 2. They are taken once: another run of the same command, and one with other thresholds and `--overwrite`, reads no voxel
///    while the files are what they were.
/// 3. Where size or times of a file differ, what was read of it is read again and compared by digests. A source with other
///    voxels is refused where a corpus was made of it, and read once more where none is finished.
struct InPlaceStatistics: Sendable {
  let path: String
  let pass: any InPlacePass
  let selection: String
  /// What the user calls the source.
  let name: String
  /// Of files that hold a patch each.
  private let patches: PatchFiles?

  /// `….json`.
  struct Record: Codable {
    var formatVersion = 1
    /// `CorpusInput.selection`.
    var selection: String
    var units: [MeasuredUnit]
    /// Of patches: their files, and their extents.
    var files: [String]?
    var extents: [Extent]?

    /// - Parameter statistics: the path without `.json`.
    static func read(_ statistics: String) throws -> Record {
      let path = statistics + ".json"
      guard let record = try? JSONDecoder().decode(Record.self, from: readWholeFile(path, limit: 1 << 32)) else {
        throw Fault.badData("\(path) is missing or damaged; run `sheaf corpus` again, with --overwrite")
      }
      return record
    }
  }

  static let directoryName = "statistics"

  /// Relative to the corpus.
  static func relativePath(_ number: Int, name: String) -> String {
    joinPath(PrivateDirectory.name, directoryName, "\(zeroPadded(number, 4))-\(CorpusPaths.fileName(name))")
  }

  static func path(inCorpus corpus: String, _ number: Int, name: String) -> String {
    joinPath(corpus, relativePath(number, name: name))
  }

  /// Where an older corpus keeps the statistics of a source of this name, whatever its number there.
  static func path(inOldCorpus corpus: String, name: String) -> String? {
    let directory = joinPath(CorpusPaths.ownDirectory(corpus), directoryName)
    guard isDirectory(directory), let entries = try? directoryEntries(directory) else { return nil }
    return entries.first { $0.dropFirst(5) == CorpusPaths.fileName(name) }.map { joinPath(directory, $0) }
  }

  /// - Parameter path: where the statistics are kept.
  init(
    _ input: CorpusInput, path: String, settings: JobSettings,
    isStopRequested: @escaping @Sendable () -> Bool = { false }
  ) throws {
    self.path = path
    name = input.path
    selection = input.selection
    switch input.content {
    case .store: preconditionFailure("a store has statistics of its own")
    case .volume(let source):
      patches = nil
      pass = VolumePass(
        survey: try VolumeSurvey(
          source, threads: settings.threads, memoryInBytes: settings.memoryInBytes ?? 1 << 40,
          isStopRequested: isStopRequested))
    case .patches(let files):
      patches = files
      pass = PatchPass(files: files, root: input.path, options: input.options)
    }
  }

  private var recordPath: String { path + ".json" }
  private var filesPath: String { path + ".files" }
  private var files: [String] { (0..<pass.unitCount).reduce(into: Seen()) { $0.add(pass.files(ofUnit: $1)) }.paths }

  /// Paths in their order, each once.
  private struct Seen {
    var paths: [String] = []
    private var known: Set<String> = []

    mutating func add(_ more: [String]) {
      for path in more where known.insert(path).inserted { paths.append(path) }
    }
  }

  /// Equal values give equal bytes.
  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return encoder
  }

  // MARK: Reading

  var isThere: Bool { [path, recordPath, filesPath].allSatisfy(fileExists) }

  func load() throws -> StoreStatistics {
    try StoreStatistics(StatisticsGrid.decode(readWholeFile(path, limit: 8 << 30), name: path), name: name)
  }

  func record() throws -> Record {
    let record = try Record.read(path)
    guard record.units.count == pass.unitCount else {
      throw Fault.badData("\(recordPath) is damaged; run `sheaf corpus` again, with --overwrite")
    }
    return record
  }

  /// What is known before any voxel is read, the same on every rank.
  private enum State: Codable {
    case missing
    case unchanged
    /// Units whose files have another size or other times.
    case touched(units: [Int], what: String)
  }

  private func state() throws -> State {
    guard isThere, let record = try? record(), record.selection == selection,
      let table = FileTable(readFrom: filesPath)
    else { return .missing }
    let paths = files
    let changes = table.changes(to: FileTable(paths))
    guard let first = changes.first else { return .unchanged }
    let changed = Set(changes.compactMap { $0.index.map { paths[$0] } })
    let units = (0..<pass.unitCount).filter { unit in
      record.units[unit].fault == nil
        && (changed.count < changes.count || pass.files(ofUnit: unit).contains { changed.contains($0) })
    }
    return .touched(units: units, what: "\(first.name): \(first.what)")
  }

  private func isUnchanged() throws -> Bool {
    if case .unchanged = try state() { true } else { false }
  }

  /// Whether the source still holds the voxels that the statistics were taken of. Collective.
  ///
  /// - Returns: nil when it does; else what changed, in words.
  func change(settings: JobSettings, _ communicator: Communicator) throws -> String? {
    let found = try communicator.rootOnly { () throws -> State in try state() }
    switch found {
    case .missing: return "its record is missing or damaged, or another selection of it is read"
    case .unchanged: return nil
    case .touched(let units, let what):
      settings.console.line("\(name) was touched since the corpus was made (\(what)); comparing its voxels")
      let record = try communicator.everyRank { () throws -> Record in try self.record() }
      let own = Array(stride(from: communicator.rank, to: units.count, by: communicator.size))
      var differ = 0
      try communicator.everyRank {
        for index in own {
          do {
            if try pass.digest(ofUnit: units[index]) != record.units[units[index]].digest { differ += 1 }
          } catch let fault as Fault where fault.kind == .badData || fault.kind == .noInput {
            differ += 1
          }
        }
      }
      return try communicator.allReduce(differ, .sum) > 0 ? what : nil
    }
  }

  // MARK: Taking

  /// Makes sure that the statistics are there. Collective.
  ///
  /// - Parameters:
  ///   - number: of the source, for the name of the job.
  ///   - corpus: where the corpus is written.
  ///   - old: statistics of the same source in a corpus that this one replaces.
  /// - Returns: whether they were taken now.
  /// - Throws: `Fault.cannotCreate` when a finished corpus was made of other voxels, `Fault.badData` when the source
  ///   changes while it is read, what `Job` throws.
  func take(
    number: Int, corpus: String, old: InPlaceStatistics?, resolved: ResolvedSettings, settings: JobSettings,
    _ communicator: Communicator
  ) throws -> Bool {
    try communicator.rootOnly { () throws -> Void in
      if !isThere, let old, try old.isUnchanged() {
        try createDirectory(parentDirectory(of: path))
        for (from, to) in [(old.filesPath, filesPath), (old.recordPath, recordPath), (old.path, path)] {
          try publish(readWholeFile(from, limit: 8 << 30), to: to)
        }
      }
    }
    let isKnown = try communicator.rootOnly { () throws -> Bool in
      if case .missing = try state() { return false }
      return true
    }
    if isKnown {
      guard let what = try change(settings: settings, communicator) else {
        try communicator.rootOnly { try FileTable(files).publish(to: filesPath) }
        return false
      }
      guard try communicator.rootOnly({ !OutputContents.isSealed(corpus) }) else {
        throw Fault.cannotCreate(
          "\(OutputPlace.shown(corpus)) was made from other voxels than \(name) holds now (\(what)); give another output, "
            + "or --overwrite to replace it"
        ).onEveryRank
      }
      settings.console.line("\(name) holds other voxels now (\(what)) and is read again")
    }
    let ownDirectory = CorpusPaths.ownDirectory(corpus)
    let jobName = "\(resolved.command)-statistics-\(zeroPadded(number, 4))"
    let partial = ["", "-whole"].map {
      PartialStatistics(
        directory: joinPath(ownDirectory, "partial-\(Self.directoryName)", "\(zeroPadded(number, 4))\($0)"))
    }
    try communicator.rootOnly {
      // Units that an earlier run did are good while no file has changed since.
      let began = FileTable(readFrom: filesPath)
      let now = FileTable(files)
      if began?.changes(to: now).isEmpty != true {
        try remove([path, recordPath, joinPath(ownDirectory, jobName + ".journal")])
        for statistics in partial { try statistics.remove() }
        try createDirectory(parentDirectory(of: path))
        try now.publish(to: filesPath)
      }
    }
    // Read once: there may be a record for each of 35,000 patches.
    let earlier =
      communicator.isRoot
      ? (try? Journal.read(joinPath(ownDirectory, jobName + ".journal")))?.payloads ?? [:] : [:]
    let job = try Job(
      plan: JobPlan(
        command: resolved.command, name: jobName, unitCount: pass.unitCount, unitName: pass.unitName,
        memoryPerRankInBytes: pass.memoryInBytes, diskNeededInBytes: 0),
      directory: ownDirectory, identity: resolved.identity, output: corpus, communicator: communicator,
      settings: settings,
      recheck: { unit in isThere ? nil : try damage(ofUnit: unit, earlier[unit], partial) })
    let outcome = try job.run(
      unitsAtOnce: pass.unitsAtOnce(threads: settings.threads, memoryInBytes: settings.memoryInBytes)
    ) { unit in try Self.encoder.encode(pass.measure(unit, partial)) }
    try communicator.rootOnly {
      if let change = FileTable(readFrom: filesPath)?.changes(to: FileTable(files)).first {
        throw Fault.badData(
          "\(name) has changed while it was read (\(change.name): \(change.what)); once nothing writes to it, run the same "
            + "command again, which reads it anew")
      }
      let units = try outcome.payloads.map { try JSONDecoder().decode(MeasuredUnit.self, from: $0) }
      try publish(pass.sum(units, partial).encoded(), to: path)
      try publish(
        Self.encoder.encode(
          Record(selection: selection, units: units, files: patches?.names, extents: patches?.extents)),
        to: recordPath)
      for statistics in partial { try statistics.remove() }
      // Empty once the last source has its statistics.
      rmdir(parentDirectory(of: partial[0].directory))
    }
    return true
  }

  private func remove(_ paths: [String]) throws {
    for path in paths where unlink(path) != 0 && errno != ENOENT { throw systemFault("remove", path) }
  }

  /// Why the statistics of a unit that an earlier run did cannot be used.
  private func damage(ofUnit unit: Int, _ payload: Data?, _ partial: [PartialStatistics]) throws -> String? {
    // A patch that was set aside, or is not of whole numbers, has left less.
    guard let payload, let measured = try? JSONDecoder().decode(MeasuredUnit.self, from: payload) else {
      return "its record is damaged"
    }
    if measured.fault != nil { return nil }
    if let damage = try partial[0].damage(ofUnit: unit) { return damage }
    return measured.isIntegral == true ? try partial[1].damage(ofUnit: unit) : nil
  }
}
