import Foundation
import Synchronization
import Testing
import Torch

extension TorchTests {
  @Suite struct Gradients {
    /// Three leaves of awkward sizes, and Σ wᵢ · aᵢ².
    private func leaves() throws -> [Parameter] {
      try [("a", [3]), ("b", [2, 9]), ("c", [17])].enumerated().map { index, leaf in
        Parameter(leaf.0, try .example(leaf.1, seed: index))
      }
    }

    private func loss(_ parameters: [Parameter]) throws -> Tensor {
      var total = try Tensor.zeros([])
      for (index, parameter) in parameters.enumerated() {
        total = try total.adding(parameter.tensor.raised(to: 2).sum().scaled(by: Double(index + 1)))
      }
      return total
    }

    @Test func gradientOfANormWithAShortcutIsRight() throws {
      // Norm, sum and rectifier in one, as the residual blocks do; against finite differences.
      let input = try Tensor.example([1, 2, 3, 3, 3])
      let other = try Tensor.example([1, 2, 3, 3, 3], seed: 5)
      let weight = try Tensor.copying([Float(1.5), -0.5], shape: [2])
      let bias = try Tensor.copying([Float(0.1), 0.2], shape: [2])
      try input.requireGradient()
      func value(_ input: Tensor) throws -> Tensor {
        try input.instanceNormalized(weight: weight, bias: bias, adding: other, slope: 0.01).multiplied(by: other).sum()
      }
      try value(input).backward()
      let gradient = try #require(try input.gradient()).floats()
      let values = try input.floats()
      for index in stride(from: 0, to: values.count, by: 7) {
        func shifted(_ step: Float) throws -> Double {
          var moved = values
          moved[index] += step
          return try value(.copying(moved, shape: [1, 2, 3, 3, 3])).item()
        }
        let slope = (try shifted(1e-2) - shifted(-1e-2)) / 2e-2
        #expect(abs(slope - Double(gradient[index])) < 1e-2 * max(1, abs(slope)))
      }
    }

    @Test func flatParametersKeepValuesAndCollectGradients() throws {
      let parameters = try leaves()
      let before = try parameters.map { try $0.tensor.floats() }
      let flat = try FlatParameters(parameters)
      #expect(try parameters.map { try $0.tensor.floats() } == before)
      #expect(flat.ranges == [0..<3, 16..<34, 48..<65])
      #expect(flat.count == 38)
      // Twice: gradients add up in place.
      try loss(parameters).backward()
      try loss(parameters).backward()
      let gradients = try flat.gradients.floats()
      for (index, range) in flat.ranges.enumerated() {
        let expected = before[index].map { $0 * 4 * Float(index + 1) }
        #expect(isClose(Array(gradients[range]), expected))
        #expect(isClose(try #require(try parameters[index].tensor.gradient()).floats(), expected))
      }
      #expect(gradients[3..<16].allSatisfy { $0 == 0 })
      try flat.zeroGradients()
      #expect(try flat.gradients.floats().allSatisfy { $0 == 0 })
      // A change of the flat values is a change of the parameters.
      try flat.values.fill(2)
      #expect(try parameters[1].tensor.floats() == [Float](repeating: 2, count: 18))
    }

    @Test func clipsToTheNorm() throws {
      let flat = try FlatParameters([Parameter("a", .copying([Float(3), 4], shape: [2]))])
      try loss(flat.parameters).backward()
      #expect(abs(try flat.clipGradients(toNorm: 20) - 10) < 1e-5)
      #expect(isClose(Array(try flat.gradients.floats()[..<2]), [6, 8]))
      #expect(abs(try flat.clipGradients(toNorm: 1) - 10) < 1e-5)
      #expect(isClose(Array(try flat.gradients.floats()[..<2]), [0.6, 0.8]))
      try flat.gradients.fill(.nan)
      #expect(try flat.clipGradients(toNorm: 1).isNaN)
    }

    @Test func reportsEachBucketOnceWhenItIsComplete() throws {
      let flat = try FlatParameters(leaves())
      let completed = Mutex<[Int]>([])
      // The last two parameters fill 256 bytes, alignment included: they share a bucket, the first has its own.
      let buckets = try GradientBuckets(flat, bucketByteCount: 200) { bucket in
        completed.withLock { $0.append(bucket) }
      }
      #expect(buckets.ranges == [16..<80, 0..<16])
      try loss(flat.parameters).backward()
      #expect(completed.withLock { $0 } == [])
      try buckets.arm()
      try loss(flat.parameters).backward()
      try buckets.finish()
      #expect(completed.withLock { $0.sorted() } == [0, 1])
      // A pass that leaves a parameter out still reports its bucket, at the end.
      completed.withLock { $0 = [] }
      try buckets.arm()
      try loss(Array(flat.parameters.dropLast())).backward()
      #expect(completed.withLock { $0 } == [1])
      try buckets.finish()
      #expect(completed.withLock { $0 } == [1, 0])
      try buckets.finish()
      #expect(completed.withLock { $0.count } == 2)
    }

    @Test func bucketMemoryIsTheGradients() throws {
      let flat = try FlatParameters(leaves())
      let buckets = try GradientBuckets(flat, bucketByteCount: 1) { _ in }
      #expect(buckets.ranges == [48..<80, 16..<48, 0..<16])
      try loss(flat.parameters).backward()
      try buckets.withElements(of: 2) { elements in
        for index in elements.indices { elements[index] *= 2 }
      }
      let expected = try flat.parameters[0].tensor.floats().map { $0 * 4 }
      #expect(isClose(try #require(try flat.parameters[0].tensor.gradient()).floats(), expected))
      #expect(try buckets.gradients(of: 1).shape == [32])
    }

    @Test func aDroppedSetOfBucketsStaysSilent() throws {
      let flat = try FlatParameters(leaves())
      let completed = Mutex(0)
      try {
        let buckets = try GradientBuckets(flat) { _ in completed.withLock { $0 += 1 } }
        try buckets.arm()
      }()
      try loss(flat.parameters).backward()
      #expect(completed.withLock { $0 } == 0)
    }
  }
}
