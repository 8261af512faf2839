import Recipes
import Testing
import Torch
import Training

@Suite struct TrainingStateTests {
  private static let start: [Float] = [1, -2, 0.5, 3, 7]

  private func state(ema: Double) throws -> (TrainingState, FlatParameters) {
    var recipe = FinetuningRecipe.standard(tier: "XS")!.training
    recipe.ema = ema
    let parameters = try FlatParameters([Parameter("a", .copying(Self.start, shape: [5]))])
    return (try TrainingState(parameters, recipe: recipe), parameters)
  }

  @Test func theAverageFollowsItsDefinitionAndTheTrainedWeightsAreUntouchedByIt() throws {
    let (averaged, parameters) = try state(ema: 0.5)
    let (plain, reference) = try state(ema: 0)
    var expected = Self.start.map(Double.init)
    for step in 1...20 {
      let gradients = (0..<5).map { Float($0) * 0.1 - Float(step) * 0.02 }
      try parameters.gradients.narrowed(0, 0..<5).set(gradients)
      try reference.gradients.narrowed(0, 0..<5).set(gradients)
      try averaged.step(rate: 0.1, factors: [1])
      try plain.step(rate: 0.1, factors: [1])
      let trained = try parameters.values.floats()
      #expect(try trained == reference.values.floats())
      let decay = min(0.5, Double(step) / Double(step + 9))
      for index in expected.indices { expected[index] = decay * expected[index] + (1 - decay) * Double(trained[index]) }
      let model = try averaged.withModelWeights { try parameters.values.floats() }
      #expect(zip(model, expected).allSatisfy { abs(Double($0) - $1) < 1e-5 }, "step \(step)")
      #expect(try parameters.values.floats() == trained)
    }
    let model = try averaged.withModelWeights { try parameters.values.floats() }
    try averaged.takeAverage()
    #expect(try parameters.values.floats() == model)
    #expect(averaged.tensors.map(\.name) == ["weights", "adamw-first_moment", "adamw-second_moment", "average"])
    #expect(plain.tensors.map(\.name) == ["weights", "adamw-first_moment", "adamw-second_moment"])
  }

  /// Of parameters that lie between others, whatever the optimiser.
  @Test(arguments: ["sgd", "adamw"]) func parametersTakeTheirPartOfTheStep(optimizer: String) throws {
    var recipe = FinetuningRecipe.standard(tier: "XS")!.training
    recipe.optimizer = optimizer
    let factors = [1, 0, 0, 0.25, 1, 0.25]
    func values(_ factors: [Double]) throws -> [[Float]] {
      let parameters = try FlatParameters(
        factors.indices.map { try Parameter("\($0)", .copying(Self.start.map { $0 + 1 }, shape: [5])) })
      let state = try TrainingState(parameters, recipe: recipe)
      for (index, range) in parameters.ranges.enumerated() {
        try parameters.gradients.narrowed(0, range).set((0..<5).map { Float($0 + index) - 2 })
      }
      try state.step(rate: 0.1, factors: factors)
      return try parameters.ranges.map { try parameters.values.narrowed(0, $0).floats() }
    }
    let whole = try values(factors.map { _ in 1 })
    for ((part, full), factor) in zip(zip(try values(factors), whole), factors) {
      for (index, start) in Self.start.enumerated() {
        let expected = (start + 1) + Float(factor) * (full[index] - (start + 1))
        #expect(abs(part[index] - expected) < 1e-6 && (factor > 0 || part[index] == start + 1), "\(factor)")
      }
    }
  }
}
