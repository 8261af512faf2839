import Networks
import Torch

/// What is learned: the samples and their loss. Pre-training and fine-tuning differ in this alone; steps, ranks,
/// checkpoints and metrics are the trainer's.
package protocol TrainingTask: AnyObject {
  associatedtype Sampler: TrainingSampler
  typealias Sample = Sampler.Sample

  /// The trained tensors, in the order in which the forward pass uses them.
  var parameters: [Parameter] { get }

  var sampler: Sampler { get }

  /// The mean of the samples' losses, a scalar with its autograd graph.
  func loss(of samples: [Sample]) throws -> Tensor

  /// The learning rate of a parameter in a step, as a fraction of the schedule's; 0 for one that stays as it is.
  func rateFactor(of parameter: Parameter, step: Int) -> Double

  /// Scores of the network on the data kept from training, or nil when there are none. Collective.
  ///
  /// - Parameter step: steps done.
  func validate(afterStep step: Int) throws -> ValidationScores?

  /// Steps between validations. One more comes after a tenth of them, as an early check.
  var validationInterval: Int { get }

  /// How much there is to see in a sample, at least 0; NaN when it is broken.
  func interest(of sample: Sample) throws -> Double

  /// A plane of a sample and of the network's present output; called without gradients, with the run's precision.
  func preview(of sample: Sample) throws -> SamplePreview

  /// Writes the trained network; called on rank 0 at the end.
  func save(to directory: RunDirectory) throws
}

extension TrainingTask {
  package func rateFactor(of parameter: Parameter, step: Int) -> Double { 1 }
}
