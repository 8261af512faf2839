import Recipes
import Torch

/// All that a step changes: the weights, the optimiser's state, and the running average of the weights.
package final class TrainingState {
  /// Flat tensors of one length by name, in a fixed order: what a checkpoint holds. The names say which optimiser it is.
  package let tensors: [(name: String, tensor: Tensor)]
  private let parameters: FlatParameters
  private let optimizer: any Optimizer
  private let average: WeightAverage?

  package init(_ parameters: FlatParameters, recipe: TrainingRecipe) throws {
    self.parameters = parameters
    switch recipe.optimizerKind {
    case .sgd:
      optimizer = try SGD(parameters, momentum: recipe.momentum, weightDecay: recipe.weightDecay, nesterov: true)
    case .adamW:
      optimizer = try AdamW(
        parameters, beta1: recipe.beta1, beta2: recipe.beta2, epsilon: recipe.epsilon, weightDecay: recipe.weightDecay)
    }
    average = recipe.ema > 0 ? try WeightAverage(of: parameters, decay: recipe.ema) : nil
    tensors =
      [("weights", parameters.values)]
      + optimizer.state.map { ("\(recipe.optimizerKind.rawValue)-\($0.name)", $0.tensor) }
      + (average.map { [("average", $0.values)] } ?? [])
  }

  /// Steps taken.
  package var stepCount: Int {
    get { optimizer.stepCount }
    set { optimizer.stepCount = newValue }
  }

  /// - Parameter factors: of each parameter, what part of the step it takes.
  package func step(rate: Double, factors: [Double]) throws {
    let slowed = slowedRanges(factors)
    let before = try slowed.map { try parameters.values.narrowed(0, $0.range).clone() }
    try optimizer.step(rate: rate)
    for (part, old) in zip(slowed, before) {
      let new = try parameters.values.narrowed(0, part.range)
      try new.move(towards: old, by: 1 - part.factor)
    }
    try average?.update(after: optimizer.stepCount)
  }

  /// Places in the flat values of parameters whose factor is not 1, those that follow each other and have one factor taken
  /// together.
  private func slowedRanges(_ factors: [Double]) -> [(range: Range<Int>, factor: Double)] {
    var result: [(range: Range<Int>, factor: Double)] = []
    var isContinued = false
    for (range, factor) in zip(parameters.ranges, factors) {
      if factor == 1 {
        isContinued = false
      } else if isContinued, let last = result.last, last.factor == factor {
        // With the padding between, which is always 0.
        result[result.count - 1].range = last.range.lowerBound..<range.upperBound
      } else {
        result.append((range, factor))
        isContinued = true
      }
    }
    return result
  }

  /// Runs `body` with the weights of the model, which are the average where there is one, in place of those in training.
  package func withModelWeights<Result>(_ body: () throws -> Result) throws -> Result {
    guard let average else { return try body() }
    let trained = try parameters.values.clone()
    try parameters.values.copy(from: average.values)
    let result = Swift.Result(catching: body)
    try parameters.values.copy(from: trained)
    return try result.get()
  }

  /// Makes the average, where there is one, the weights; for the end of training.
  package func takeAverage() throws {
    if let average { try parameters.values.copy(from: average.values) }
  }
}

/// An exponential moving average of weights: after step n, average ← d · average + (1 − d) · weights, where
/// d = min(decay, n / (n + 9)), so that the initial random weights are soon forgotten (the warm-up of TensorFlow's
/// ExponentialMovingAverage).
final class WeightAverage {
  /// Flat, as the parameters' values.
  let values: Tensor
  private let parameters: FlatParameters
  private let decay: Double

  init(of parameters: FlatParameters, decay: Double) throws {
    self.parameters = parameters
    self.decay = decay
    values = try parameters.values.clone()
  }

  /// - Parameter step: steps taken, at least 1.
  func update(after step: Int) throws {
    let warm = Double(step) / Double(step + 9)
    try values.move(towards: parameters.values, by: 1 - min(decay, warm))
  }
}
