import Files
import Torch

/// Draws, now and then, what the network makes of one and the same training sample, so that pictures of different steps
/// can be compared. Only rank 0 has one.
///
/// The sample is the one with most to see of the first few of the run. It is made anew for the purpose, which nothing
/// else notices, because samples are pure functions of their place.
final class SamplePictures<Task: TrainingTask> {
  private let task: Task
  private let directory: RunDirectory
  private let batch: Int
  private let settings: TrainerSettings
  private let draw: @Sendable (SamplePicture) throws -> DrawnPicture
  private var sample: Task.Sample?

  private static var candidateCount: Int { 8 }

  init(
    task: Task, directory: RunDirectory, batch: Int, settings: TrainerSettings,
    draw: @escaping @Sendable (SamplePicture) throws -> DrawnPicture
  ) {
    self.task = task
    self.directory = directory
    self.batch = batch
    self.settings = settings
    self.draw = draw
  }

  /// Draws the state after `stepsDone` steps.
  func make(stepsDone: Int) throws -> DrawnPicture {
    let sample = try self.sample ?? choose()
    self.sample = sample
    let picture = try withoutGradients {
      try withAutocast(settings.precision, on: settings.device) { try task.picture(of: sample) }
    }
    let drawn = try draw(picture)
    try createDirectory(directory.pictures)
    try publish(drawn.png, to: directory.picture(stepsDone: stepsDone))
    return drawn
  }

  private func choose() throws -> Task.Sample {
    var best: (sample: Task.Sample, interest: Double)?
    for number in 0..<Self.candidateCount {
      let sample = try task.makeSample(number / batch, number % batch)
      let interest = try task.interest(of: sample)
      if interest > best?.interest ?? -.infinity { best = (sample, interest) }
    }
    guard let best else { throw Fault(.bug, "no sample can be shown: their contrast is no number") }
    return best.sample
  }
}
