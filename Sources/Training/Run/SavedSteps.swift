import Files
import Jobs

/// How far a run has come according to its records, so that checkpoints that are gone are noticed: a run whose checkpoints
/// were deleted looks like one that has just begun.
struct SavedSteps {
  private let directory: RunDirectory
  private let checkpointInterval: Int

  init(_ directory: RunDirectory, checkpointInterval: Int) {
    self.directory = directory
    self.checkpointInterval = checkpointInterval
  }

  /// Enters a checkpoint into the run's record, after it was published.
  static func record(_ step: Int, in directory: RunDirectory) throws {
    // Trainings that keep no record are those of tests.
    guard fileExists(directory.record) else { return }
    var record = try RunRecord(readFrom: directory.record)
    record.stepsSaved = step
    try record.write(to: directory.record)
  }

  /// What the run has lost when it resumes at the checkpoint `step`, or at the beginning when nil: a sentence, or nil when
  /// nothing is lost.
  ///
  /// - Throws: `Fault.noInput` when it would start over although it had come further, which would replace what might
  ///   still be recovered.
  func loss(resumingAt step: Int?) throws -> String? {
    let saved = try stepsSaved()
    guard let step else {
      if saved == 0 { return nil }
      throw Fault.noInput(
        "\(OutputPlace.shown(directory.path)) has done \(saved) steps or more, but there is no checkpoint in \(directory.checkpoints): "
          + "restore step-N.checkpoint from a backup and run the same command again, or give --overwrite to start "
          + "again from step 0")
    }
    guard step < saved else { return nil }
    return "\(directory.checkpoints) has no usable checkpoint of step \(saved), to which the run had come: resuming at "
      + "step \(step)"
  }

  /// The step that a checkpoint was certainly written at or after; 0 when there may not have been one.
  private func stepsSaved() throws -> Int {
    if fileExists(directory.record), let saved = try RunRecord(readFrom: directory.record).stepsSaved { return saved }
    // Earlier versions kept no account; but they did not go on after a checkpoint was due without having written it.
    guard let last = MetricsFile.lastStep(in: directory.metrics), checkpointInterval > 0 else { return 0 }
    return last / checkpointInterval * checkpointInterval
  }
}
