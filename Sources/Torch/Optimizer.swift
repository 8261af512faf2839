import CTorch

/// Updates flat parameters from their flat gradients. State tensors have the layout of the parameters, so they can be
/// divided into one tensor a parameter by `FlatParameters.ranges`.
package protocol Optimizer: AnyObject {
  var parameters: FlatParameters { get }
  /// What must be saved besides the parameters to resume with the same bits: flat tensors by name.
  var state: [(name: String, tensor: Tensor)] { get }
  /// Steps taken; part of the state.
  var stepCount: Int { get set }
  func step(rate: Double) throws
}

extension Optimizer {
  /// Overwrites the state in place.
  ///
  /// - Throws: `TorchError` when a tensor is missing or has another shape.
  package func restore(_ tensors: [String: Tensor], stepCount: Int) throws {
    for (name, tensor) in state {
      guard let saved = tensors[name] else {
        throw TorchError(.invalidArgument, "the saved optimiser state has no tensor \(name)")
      }
      try tensor.copy(from: saved)
    }
    self.stepCount = stepCount
  }
}

/// Stochastic gradient descent with momentum and L2 weight decay, as in `torch.optim.SGD`.
package final class SGD: Optimizer {
  package let parameters: FlatParameters
  package let momentum: Double
  package let weightDecay: Double
  package let nesterov: Bool
  package var stepCount = 0
  private let velocity: Tensor

  package init(
    _ parameters: FlatParameters, momentum: Double = 0.99, weightDecay: Double = 3e-5, nesterov: Bool = true
  ) throws {
    self.parameters = parameters
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.nesterov = nesterov
    velocity = try .zeros([parameters.flatCount], device: parameters.device)
  }

  package var state: [(name: String, tensor: Tensor)] { [("velocity", velocity)] }

  package func step(rate: Double) throws {
    try check(
      ctorch_sgd_step(
        parameters.values.handle, parameters.gradients.handle, velocity.handle, rate, momentum, weightDecay,
        nesterov ? 1 : 0))
    stepCount += 1
  }
}

/// Adam with decoupled weight decay (Loshchilov and Hutter 2019), as in `torch.optim.AdamW`.
package final class AdamW: Optimizer {
  package let parameters: FlatParameters
  package let beta1: Double
  package let beta2: Double
  package let epsilon: Double
  package let weightDecay: Double
  package var stepCount = 0
  private let firstMoment: Tensor
  private let secondMoment: Tensor

  package init(
    _ parameters: FlatParameters, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
    weightDecay: Double = 1e-2
  ) throws {
    self.parameters = parameters
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    firstMoment = try .zeros([parameters.flatCount], device: parameters.device)
    secondMoment = try .zeros([parameters.flatCount], device: parameters.device)
  }

  package var state: [(name: String, tensor: Tensor)] {
    [("first_moment", firstMoment), ("second_moment", secondMoment)]
  }

  package func step(rate: Double) throws {
    try check(
      ctorch_adamw_step(
        parameters.values.handle, parameters.gradients.handle, firstMoment.handle, secondMoment.handle,
        Int64(stepCount + 1), rate, beta1, beta2, epsilon, weightDecay))
    stepCount += 1
  }
}
