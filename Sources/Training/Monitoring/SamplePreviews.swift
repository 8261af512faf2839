import Files
import Foundation
import Pictures
import Torch

/// Draws, now and then, the network's output for one and the same training sample, so that previews of different steps
/// can be compared. Only rank 0 has one.
///
/// The sample is the one with the highest `interest` of the first few of the run. It is computed again for the purpose,
/// which changes nothing else, because samples are pure functions of their position.
final class SamplePreviews<Task: TrainingTask> {
  private let task: Task
  private let directory: RunDirectory
  private let batch: Int
  private let settings: TrainerSettings
  private var sample: Task.Sample?

  private static var candidateCount: Int { 8 }

  init(task: Task, directory: RunDirectory, batch: Int, settings: TrainerSettings) {
    self.task = task
    self.directory = directory
    self.batch = batch
    self.settings = settings
  }

  /// Publishes the preview of the state after `stepsDone` steps.
  func draw(stepsDone: Int) throws -> (picture: Picture, png: Data) {
    let sample = try self.sample ?? choose()
    self.sample = sample
    let preview = try withoutGradients {
      try withAutocast(settings.precision, on: settings.device) { try task.preview(of: sample) }
    }
    let picture = preview.picture()
    let png = try picture.pngData()
    try createDirectory(directory.pictures)
    try publish(png, to: directory.picture(stepsDone: stepsDone))
    return (picture, png)
  }

  private func choose() throws -> Task.Sample {
    var best: (sample: Task.Sample, interest: Double)?
    for number in 0..<Self.candidateCount {
      let sample = try task.sampler.sample(step: number / batch, index: number % batch)
      let interest = try task.interest(of: sample)
      if interest > best?.interest ?? -.infinity { best = (sample, interest) }
    }
    guard let best else { throw Fault(.bug, "no sample can be previewed: their contrast is not a number") }
    return best.sample
  }
}
