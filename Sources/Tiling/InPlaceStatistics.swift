import Files
import Foundation
import IntensityStatistics
import Jobs
import MPI
import VolumeFormats
import Voxels

/// The statistics of a volume, or of patches, that are read in place, kept with what is made of them: the statistics, the
/// record of what was read beside them (`….json`), and the files with their sizes and times (`….files`).
///
/// 1. The statistics are those that tiling would have taken, from one pass over the voxels that any number of ranks share
///    and any later run resumes.
/// 2. They are taken once: another run of the same command, and one with other thresholds and `--overwrite`, reads no voxel
///    while the files are what they were.
/// 3. Where size or times of a file differ, what was read of it is read again and compared by digests. A source with other
///    voxels is refused where an output was made of it, and read once more where none is finished.
package struct InPlaceStatistics: Sendable {
  package let path: String
  package let pass: any InPlacePass
  /// What is read of which files, as words: with the files' voxels it decides the statistics.
  package let selection: String
  /// What the user calls the source.
  package let name: String
  /// The subcommand that takes them, such as `corpus`.
  private let command: String
  /// Files that hold a patch each, and their extents.
  private let patches: (files: [String], extents: [Extent])?

  /// `….json`.
  package struct Record: Codable {
    var formatVersion = 1
    package var selection: String
    package var units: [MeasuredUnit]
    /// Of patches: their files, and their extents.
    package var files: [String]?
    package var extents: [Extent]?

    /// - Parameters:
    ///   - statistics: the path without `.json`.
    ///   - command: that took them.
    package static func read(_ statistics: String, command: String) throws -> Record {
      let path = statistics + ".json"
      guard let record = try? JSONDecoder().decode(Record.self, from: readWholeFile(path, limit: 1 << 32)) else {
        throw Fault.badData("\(path) is missing or damaged; run `sheaf \(command)` again, with --overwrite")
      }
      return record
    }
  }

  /// - Parameters:
  ///   - path: where the statistics are kept.
  ///   - patches: the files of `pass`, where each holds a patch.
  package init(
    path: String, pass: any InPlacePass, selection: String, name: String, command: String,
    patches: (files: [String], extents: [Extent])? = nil
  ) {
    self.path = path
    self.pass = pass
    self.selection = selection
    self.name = name
    self.command = command
    self.patches = patches
  }

  /// Of a volume.
  package init(
    of source: any VolumeSource, options: VolumeOptions, path: String, command: String, settings: JobSettings,
    isStopRequested: @escaping @Sendable () -> Bool = { false }
  ) throws {
    self.init(
      path: path,
      pass: VolumePass(
        survey: try VolumeSurvey(
          source, threads: settings.threads, memoryInBytes: settings.memoryInBytes ?? 1 << 40,
          isStopRequested: isStopRequested)),
      selection: Self.selection(of: source.description, options), name: source.description.path, command: command)
  }

  /// What is read of a volume.
  package static func selection(of description: VolumeDescription, _ options: VolumeOptions) -> String {
    "\(description.extent) voxels of \(description.voxelType.rawValue), \(description.format), channel "
      + "\(options.channel), time point \(options.timePoint), dataset \(options.dataset ?? "first"), planes "
      + "\(options.planes ?? "all")"
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

  package var isThere: Bool { [path, recordPath, filesPath].allSatisfy(fileExists) }

  package func load() throws -> StoreStatistics {
    try StoreStatistics(StatisticsGrid.read(path), name: name)
  }

  package func record() throws -> Record {
    let record = try Record.read(path, command: command)
    guard record.units.count == pass.unitCount else {
      throw Fault.badData("\(recordPath) is damaged; run `sheaf \(command)` again, with --overwrite")
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
  package func change(settings: JobSettings, _ communicator: Communicator) throws -> String? {
    let found = try communicator.rootOnly { () throws -> State in try state() }
    switch found {
    case .missing: return "its record is missing or damaged, or another selection of it is read"
    case .unchanged: return nil
    case .touched(let units, let what):
      settings.console.line("\(name) was touched since it was read (\(what)); comparing its voxels")
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

  /// Where a pass is recorded.
  package struct Place {
    /// Of the journal, such as `corpus-statistics-0000`.
    package var jobName: String
    /// Holds the journal, and what units leave until all are done.
    package var ownDirectory: String
    /// Of the units' own statistics, within `ownDirectory`.
    package var partialName: String
    /// What the command writes.
    package var output: String

    package init(jobName: String, ownDirectory: String, partialName: String, output: String) {
      self.jobName = jobName
      self.ownDirectory = ownDirectory
      self.partialName = partialName
      self.output = output
    }
  }

  /// Makes sure that the statistics are there. Collective.
  ///
  /// - Parameters:
  ///   - old: statistics of the same source in an output that this one replaces.
  /// - Returns: whether they were taken now.
  /// - Throws: `Fault.cannotCreate` when a finished output was made of other voxels, `Fault.badData` when the source
  ///   changes while it is read, what `Job` throws.
  package func take(
    in place: Place, old: InPlaceStatistics? = nil, resolved: ResolvedSettings, settings: JobSettings,
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
      guard try communicator.rootOnly({ !OutputContents.isSealed(place.output) }) else {
        throw Fault.cannotCreate(
          "\(OutputPlace.shown(place.output)) was made from other voxels than \(name) holds now (\(what)); give another output, "
            + "or --overwrite to replace it"
        ).onEveryRank
      }
      settings.console.line("\(name) holds other voxels now (\(what)) and is read again")
    }
    let (ownDirectory, jobName) = (place.ownDirectory, place.jobName)
    let partial = ["", "-whole"].map {
      PartialStatistics(directory: joinPath(ownDirectory, place.partialName + $0))
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
      directory: ownDirectory, identity: resolved.identity, output: place.output, communicator: communicator,
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
          Record(selection: selection, units: units, files: patches?.files, extents: patches?.extents)),
        to: recordPath)
      for statistics in partial { try statistics.remove() }
      // Empty once the last source has its statistics.
      if parentDirectory(of: partial[0].directory) != ownDirectory { rmdir(parentDirectory(of: partial[0].directory)) }
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
