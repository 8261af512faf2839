import Files
import Foundation
import Networks

/// The directory of a training run and the names of the files in it.
package struct RunDirectory: Sendable {
  package let path: String

  package init(_ path: String) { self.path = path }

  /// The resolved settings; can be given to `--recipe` again.
  package var recipe: String { joinPath(path, "recipe.yaml") }
  /// Command, program version, inputs, and whether the run is finished.
  package var record: String { joinPath(path, "run.json") }
  package var metrics: String { joinPath(path, "metrics.csv") }
  package var validation: String { joinPath(path, "validation.json") }
  package var checkpoints: String { joinPath(path, RunDirectory.checkpointsName) }
  /// What a network predicted for the stores of a pseudo-label round.
  package var pseudoLabels: String { joinPath(path, "pseudo") }

  package var pictures: String { joinPath(path, RunDirectory.picturesName) }

  private static let checkpointsName = "checkpoint"
  private static let picturesName = "pictures"
  /// Locked by the process that trains.
  private static let lockName = ".lock"

  /// The picture of the state after some steps; names sort by step.
  package func picture(stepsDone: Int) -> String {
    let digits = String(stepsDone)
    return joinPath(pictures, "step-" + String(repeating: "0", count: max(0, 7 - digits.count)) + digits + ".png")
  }

  /// What the run was started with, and how far it came.
  package struct Record: Codable, Sendable, Equatable {
    package var command: String
    package var programVersion: String
    /// Settings and inputs as text, one `key: value` a line; a run is only resumed by equal ones.
    package var identity: String
    package var isFinished: Bool

    package init(command: String, programVersion: String, identity: String, isFinished: Bool = false) {
      self.command = command
      self.programVersion = programVersion
      self.identity = identity
      self.isFinished = isFinished
    }

    enum CodingKeys: String, CodingKey {
      case command
      case programVersion = "program_version"
      case identity
      case isFinished = "is_finished"
    }
  }

  /// What `prepare` found.
  package enum State: String, Codable, Sendable {
    case new, begun, finished
  }

  /// Looks whether the directory is free, or holds this same run, without changing anything.
  ///
  /// - Throws: `Fault.cannotCreate` when another run or anything else is there; with `overwrite` only when what is
  ///   there is no training run, because nothing else is ever deleted.
  package func state(for record: Record, overwrite: Bool) throws -> State {
    guard fileExists(path) else { return .new }
    guard isDirectory(path) else {
      throw Fault.cannotCreate("cannot create the run \(path): a file of that name is in the way")
    }
    guard fileExists(self.record) else {
      guard try directoryEntries(path).allSatisfy({ isPartialFile($0) || $0 == RunDirectory.lockName }) else {
        throw Fault.cannotCreate("\(path) exists and is no training run; give another name to -o")
      }
      return .new
    }
    let old = try readRecord()
    if old.command == record.command && old.identity == record.identity { return old.isFinished ? .finished : .begun }
    if overwrite { return .new }
    throw Fault.cannotCreate(
      "\(path) holds another run (\(difference(old, record))); give another name to -o, or --overwrite to replace it")
  }

  /// Keeps every other run out of the directory, which is made when missing.
  ///
  /// - Parameter expected: what `state` found; a run that has ended or begun since then has changed it.
  /// - Throws: `Fault.cannotCreate` when another run is at work here, or was a moment ago.
  package func lock(for record: Record, overwrite: Bool, expecting expected: State) throws -> FileLock {
    try createDirectory(path)
    guard let lock = try FileLock(joinPath(path, RunDirectory.lockName)) else {
      throw Fault.cannotCreate(
        "another run is at work in \(path); let it end or stop it, then run the same command again")
    }
    guard try state(for: record, overwrite: overwrite) == expected else {
      throw Fault.cannotCreate("another run has just been at work in \(path); run the same command again")
    }
    return lock
  }

  /// Makes the directory hold this run: removes another run's files and writes recipe and record.
  package func begin(_ record: Record, recipe: String) throws {
    try createDirectory(path)
    let events = try directoryEntries(path).filter { $0.hasPrefix(EventFile.namePrefix) }
    for name in [
      Model.weightsFileName, Model.descriptionFileName, "metrics.csv", "validation.json", "run.json", "recipe.yaml",
      "settings.json",
    ] + events {
      try remove(joinPath(path, name))
    }
    for directory in [checkpoints, pictures] where isDirectory(directory) {
      for name in try directoryEntries(directory) { try remove(joinPath(directory, name)) }
    }
    if isDirectory(pseudoLabels) {
      do { try FileManager.default.removeItem(atPath: pseudoLabels) } catch {
        throw Fault.cannotCreate("cannot remove \(pseudoLabels) to replace it: \(error.localizedDescription)")
      }
    }
    try createDirectory(checkpoints)
    try publish(recipe, to: self.recipe)
    try write(record)
  }

  /// Removes what a killed run left unfinished, such as half a checkpoint.
  package func removePartialFiles() throws {
    try Files.removePartialFiles(in: path, andBelow: [RunDirectory.checkpointsName, RunDirectory.picturesName])
  }

  package func finish(_ record: Record) throws {
    var finished = record
    finished.isFinished = true
    try write(finished)
  }

  private func write(_ record: Record) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try publish(encoder.encode(record), to: self.record)
  }

  private func readRecord() throws -> Record {
    let data = try readWholeFile(record, limit: 1 << 26)
    do { return try JSONDecoder().decode(Record.self, from: data) } catch {
      throw Fault.badData("\(record) is not the record of a training run; give another name to -o")
    }
  }

  private func remove(_ path: String) throws {
    if unlink(path) != 0 && errno != ENOENT {
      throw Fault.cannotCreate("cannot remove \(path): \(systemErrorText())")
    }
  }

  private func difference(_ old: Record, _ new: Record) -> String {
    if old.command != new.command { return "of the command \(old.command), not \(new.command)" }
    let oldLines = old.identity.split(separator: "\n").map(String.init)
    let newLines = new.identity.split(separator: "\n").map(String.init)
    let there = oldLines.first { !newLines.contains($0) } ?? "a setting less"
    let asked = newLines.first { !oldLines.contains($0) } ?? "a setting less"
    return "it has '\(there)', this command asks for '\(asked)'"
  }
}
