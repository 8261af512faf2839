import Files
import Foundation
import Jobs
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
  /// Predictions for the stores of a pseudo-label round.
  package var pseudoLabels: String { joinPath(path, "pseudo") }

  package var pictures: String { joinPath(path, RunDirectory.picturesName) }

  private static let checkpointsName = "checkpoint"
  private static let picturesName = "pictures"
  /// Locked by the process that trains.
  private static let lockName = ".lock"

  /// The preview after some steps; names sort by step.
  package func picture(stepsDone: Int) -> String {
    joinPath(pictures, "step-\(zeroPadded(stepsDone, 7)).png")
  }

  /// What `state` found.
  package enum State: String, Codable, Sendable {
    case new, begun, finished
  }

  /// Whether the directory is free or holds this same run. Changes nothing.
  ///
  /// - Throws: `Fault.cannotCreate` when another run or anything else is there; with `overwrite` only when what is
  ///   there is not a training run, because nothing else is ever deleted.
  package func state(for record: RunRecord, overwrite: Bool) throws -> State {
    guard fileExists(self.record) else {
      try record.owner.requireFree(path)
      return .new
    }
    let old = try RunRecord(readFrom: self.record)
    if overwrite { return .new }
    if let obstacle = old.owner.obstacle(to: record.owner) { throw OutputOwner.refusal(of: path, obstacle) }
    return old.isFinished ? .finished : .begun
  }

  /// Keeps every other run out of the directory, which is created when missing.
  ///
  /// - Parameter expected: what `state` found; a run that has ended or begun since then has changed it.
  /// - Throws: `Fault.cannotCreate` when another run is active here, or was a moment ago.
  package func lock(for record: RunRecord, overwrite: Bool, expecting expected: State) throws -> FileLock {
    try createDirectory(path)
    guard let lock = try FileLock(joinPath(path, RunDirectory.lockName)) else {
      throw Fault.cannotCreate(
        "another run is active in \(path); wait for it to end or stop it, then run the same command again")
    }
    guard try state(for: record, overwrite: overwrite) == expected else {
      throw Fault.cannotCreate("another run was active in \(path) a moment ago; run the same command again")
    }
    return lock
  }

  /// Gives the directory to this run: removes another run's files and writes recipe and record.
  package func begin(_ record: RunRecord, recipe: String) throws {
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
    try record.write(to: self.record)
  }

  /// Removes what a killed run left unfinished, such as half a checkpoint.
  package func removePartialFiles() throws {
    try Files.removePartialFiles(in: path, andBelow: [RunDirectory.checkpointsName, RunDirectory.picturesName])
  }

  package func finish(_ record: RunRecord) throws {
    var finished = record
    finished.isFinished = true
    try finished.write(to: self.record)
  }

  private func remove(_ path: String) throws {
    if unlink(path) != 0 && errno != ENOENT {
      throw Fault.cannotCreate("cannot remove \(path): \(systemErrorText())")
    }
  }
}
