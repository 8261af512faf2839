import Foundation
import PeerEnvironment
import TestTraits
import Testing
import Torch

extension TorchTests {
  @Suite struct Optimizers {
    private static let start: [Float] = [1, -2, 0.5, 3]
    /// Gradients of three steps.
    private static let gradients: [[Float]] = [[0.1, -0.2, 0.3, 0], [1, 1, -1, 2], [-0.5, 0.25, 0, 1e-3]]

    private func flat() throws -> FlatParameters {
      try FlatParameters([Parameter("a", .copying(Self.start, shape: [4]))])
    }

    private func run(_ optimizer: any Optimizer, _ steps: Range<Int> = 0..<3) throws -> [Float] {
      for step in steps {
        try optimizer.parameters.gradients.narrowed(0, 0..<4).set(Self.gradients[step])
        try optimizer.step(rate: 0.1)
      }
      return try optimizer.parameters.parameters[0].tensor.floats()
    }

    @Test func sgdEqualsItsDefinition() throws {
      let (momentum, decay, rate) = (0.9, 0.01, 0.1)
      var values = Self.start.map(Double.init)
      var velocity = [0.0, 0, 0, 0]
      for gradient in Self.gradients {
        for index in values.indices {
          let slope = Double(gradient[index]) + decay * values[index]
          velocity[index] = momentum * velocity[index] + slope
          values[index] -= rate * (slope + momentum * velocity[index])
        }
      }
      let result = try run(SGD(flat(), momentum: momentum, weightDecay: decay))
      #expect(isClose(result, values.map(Float.init), tolerance: 1e-6))
    }

    @Test func adamWEqualsItsDefinition() throws {
      let (rate, decay) = (0.1, 0.01)
      var values = Self.start.map(Double.init)
      var (first, second) = ([0.0, 0, 0, 0], [0.0, 0, 0, 0])
      for (step, gradient) in Self.gradients.enumerated() {
        for index in values.indices {
          let slope = Double(gradient[index])
          values[index] -= rate * decay * values[index]
          first[index] = 0.9 * first[index] + 0.1 * slope
          second[index] = 0.999 * second[index] + 0.001 * slope * slope
          let mean = first[index] / (1 - pow(0.9, Double(step + 1)))
          let spread = (second[index] / (1 - pow(0.999, Double(step + 1)))).squareRoot()
          values[index] -= rate * mean / (spread + 1e-8)
        }
      }
      #expect(isClose(try run(AdamW(flat())), values.map(Float.init), tolerance: 1e-6))
    }

    @Test func resumesFromSavedStateToTheSameBits() throws {
      for make in [{ try SGD($0) as any Optimizer }, { try AdamW($0) as any Optimizer }] {
        let whole = try run(make(flat()))
        let first = try make(flat())
        _ = try run(first, 0..<2)
        let saved = try Dictionary(uniqueKeysWithValues: first.state.map { ($0.name, try $0.tensor.clone()) })
        let resumed = try make(flat())
        try resumed.parameters.values.copy(from: first.parameters.values)
        try resumed.restore(saved, stepCount: first.stepCount)
        #expect(try run(resumed, 2..<3) == whole)
        #expect(throws: TorchError.self) { try resumed.restore([:], stepCount: 0) }
      }
    }

    @Test(.needsPeers) func equalsPyTorch() throws {
      let peers = try PeerEnvironment.required()
      let program = """
        import json, sys, torch
        start, gradients = json.loads(sys.argv[1])
        for make in (lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.99, weight_decay=3e-5, nesterov=True, fused=True),
                     lambda p: torch.optim.AdamW(p, lr=0.1, fused=True),
                     lambda p: torch.optim.AdamW(p, lr=0.1, betas=(0.8, 0.98), eps=1e-3, weight_decay=0.05)):
            a = torch.tensor(start, dtype=torch.float32, requires_grad=True)
            optimizer = make([a])
            for gradient in gradients:
                a.grad = torch.tensor(gradient, dtype=torch.float32)
                optimizer.step()
            print(json.dumps(a.tolist()))
        """
      let input = try JSONSerialization.data(withJSONObject: [Self.start, Self.gradients])
      let lines = try peers.run(program, arguments: [String(decoding: input, as: UTF8.self)]).split(separator: "\n")
      let expected = try lines.map { try JSONDecoder().decode([Float].self, from: Data($0.utf8)) }
      try #require(expected.count == 3)
      // Not the same bits: the processor rounds differently in whole vectors than in their remainders.
      #expect(isClose(try run(SGD(flat())), expected[0], tolerance: 1e-6))
      #expect(isClose(try run(AdamW(flat())), expected[1], tolerance: 1e-6))
      let other = try AdamW(flat(), beta1: 0.8, beta2: 0.98, epsilon: 1e-3, weightDecay: 0.05)
      #expect(isClose(try run(other), expected[2], tolerance: 1e-6))
    }
  }
}
