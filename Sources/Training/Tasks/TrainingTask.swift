import Networks
import Torch

/// What is learned: how samples are made, and the loss of some of them. Pre-training and fine-tuning differ in this
/// alone; steps, ranks, checkpoints and metrics are the trainer's.
package protocol TrainingTask: AnyObject {
  associatedtype Sample: TrainingSample

  /// The trained tensors, in the order in which the forward pass uses them.
  var parameters: [Parameter] { get }

  /// A function that makes the sample with place `index` in the global batch of `step`: a pure function of these and
  /// the seed, called on several threads at once.
  var makeSample: @Sendable (_ step: Int, _ index: Int) throws -> Sample { get }

  /// The mean of the samples' losses, a scalar with its autograd graph.
  func loss(of samples: [Sample]) throws -> Tensor

  /// How good the network is on what was kept from training, or nil when nothing was. Collective.
  ///
  /// - Parameter step: steps done.
  func validate(afterStep step: Int) throws -> ValidationScores?

  /// Steps between validations. One more comes early, after a tenth of them, to show whether things go well.
  var validationInterval: Int { get }

  /// What there is to see in a sample, from 0 on; no number when it is broken.
  func interest(of sample: Sample) throws -> Double

  /// Planes of a sample, and what the network makes of it now; called without gradients, with the run's precision.
  func picture(of sample: Sample) throws -> SamplePicture

  /// Writes the trained network; called on rank 0 at the end.
  func save(to directory: RunDirectory) throws
}

/// One training sample.
package protocol TrainingSample: Sendable {
  /// Where it was cut from, for error messages.
  var name: String { get }
}
