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
  /// - Throws: `Fault.cannotCreate` when another run or anything else is there.
  package func state(for record: RunRecord) throws -> State {
    guard fileExists(self.record) else {
      try record.owner.requireFree(path)
      return .new
    }
    let old = try RunRecord(readFrom: self.record)
    if let obstacle = try old.owner.obstacle(to: record.owner) { throw OutputOwner.refusal(of: path, obstacle) }
    return old.isFinished ? .finished : .begun
  }

  /// Gives the directory, in which there is no run, to this one: writes recipe and record.
  package func begin(_ record: RunRecord, recipe: String) throws {
    try createDirectory(path)
    try OutputContents.begin(path)
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
}
