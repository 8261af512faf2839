import Testing
import Torch

extension TorchTests {
  /// The operators that are made here for one layout, against libtorch's for the other.
  @Suite struct ChannelsLast {
    /// What an operator gives, and the gradients of its inputs for a fixed gradient of its output.
    private func run(
      _ inputs: [Tensor], _ layout: Tensor.Layout, volumes: Int, _ type: ScalarType,
      _ operation: ([Tensor]) throws -> Tensor
    ) throws -> [[Float]] {
      let leaves = try inputs.map { try $0.clone() }
      for leaf in leaves { try leaf.requireGradient() }
      let arranged = try leaves.enumerated().map { index, leaf in
        index < volumes ? try leaf.to(type).arranged(layout) : leaf
      }
      let output = try operation(arranged)
      let weights = try Tensor.example(output.shape, seed: 9)
      try output.to(.float32).multiplied(by: weights).sum().backward()
      return [try output.to(.float32).arranged(.planar).floats()]
        + (try leaves.map { try #require(try $0.gradient()).arranged(.planar).floats() })
    }

    private func compare(
      _ inputs: [Tensor], volumes: Int, _ type: ScalarType, _ name: String,
      _ operation: ([Tensor]) throws -> Tensor
    ) throws {
      let planar = try run(inputs, .planar, volumes: volumes, type, operation)
      let last = try run(inputs, .channelsLast, volumes: volumes, type, operation)
      for (index, (found, expected)) in zip(last, planar).enumerated() {
        // Two roundings to eight bits lie between the two in bfloat16, whose rectifier may then see the other side.
        #expect(
          isClose(found, expected, tolerance: type == .bfloat16 ? 0.03 : 2e-5), "\(name), result \(index), \(type)")
      }
    }

    @Test(arguments: [2, 8, 16, 21, 40], [ScalarType.float32, .bfloat16])
    func normsAreEqual(channels: Int, type: ScalarType) throws {
      // More voxels than a chunk has, and a last chunk that is not full.
      for shape in [[2, channels, 3, 5, 7], [1, channels, 11, 13, 17]] {
        let input = try Tensor.example(shape).scaled(by: 0.2, adding: 0.5)
        let shortcut = try Tensor.example(shape, seed: 5).scaled(by: 0.2)
        let weight = try Tensor.example([channels], seed: 2).scaled(by: 0.1, adding: 1)
        let bias = try Tensor.example([channels], seed: 3).scaled(by: 0.1)
        try compare([input, weight, bias], volumes: 1, type, "norm") {
          try $0[0].instanceNormalized(weight: $0[1], bias: $0[2])
        }
        if type == .bfloat16 { continue }
        try compare([input, weight, bias], volumes: 1, type, "norm and rectifier") {
          try $0[0].instanceNormalized(weight: $0[1], bias: $0[2], slope: 0.01)
        }
        try compare([input, shortcut, weight, bias], volumes: 2, type, "norm, shortcut and rectifier") {
          try $0[0].instanceNormalized(weight: $0[2], bias: $0[3], adding: $0[1], slope: 0.01)
        }
        try compare([input, shortcut, weight, bias], volumes: 2, type, "norm and shortcut") {
          try $0[0].instanceNormalized(weight: $0[2], bias: $0[3], adding: $0[1])
        }
      }
    }

    /// A large mean beside a small spread does not cost digits.
    @Test func normOfAHighFloorIsExact() throws {
      let floor = try Tensor.example([1, 16, 12, 12, 12]).scaled(by: 1e-3, adding: 1000)
      let ones = try Tensor.zeros([16]).scaled(by: 1, adding: 1)
      let zeros = try Tensor.zeros([16])
      let found = try floor.arranged(.channelsLast).instanceNormalized(weight: ones, bias: zeros).arranged(.planar)
      let voxels = 12 * 12 * 12
      let (values, norms) = (try floor.floats(), try found.floats())
      for channel in 0..<16 {
        let part = values[channel * voxels..<(channel + 1) * voxels].map(Double.init)
        let mean = part.reduce(0, +) / Double(voxels)
        let variance = part.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(voxels)
        for index in stride(from: 0, to: voxels, by: 97) {
          let expected = (part[index] - mean) / (variance + 1e-5).squareRoot()
          #expect(abs(Double(norms[channel * voxels + index]) - expected) < 0.02, "\(channel) \(index)")
        }
      }
    }

    @Test(arguments: [2, 8, 16, 21], [ScalarType.float32, .bfloat16])
    func meansOfBoxesAreEqual(channels: Int, type: ScalarType) throws {
      let input = try Tensor.example([2, channels, 4, 6, 10])
      for kernel in [[2, 2, 2], [1, 2, 2], [1, 3, 5]] {
        try compare([input], volumes: 1, type, "means of \(kernel)") { try $0[0].averagePooled(kernel) }
      }
      // Boxes that do not fill the volume are libtorch's affair.
      try compare([input], volumes: 1, .float32, "ragged") { try $0[0].averagePooled([3, 2, 2]) }
    }

    @Test(arguments: [(2, 3), (8, 8), (16, 16), (21, 5)], [ScalarType.float32, .bfloat16])
    func joinedChannelsAreEqual(channels: (Int, Int), type: ScalarType) throws {
      let first = try Tensor.example([2, channels.0, 5, 11, 21])
      let second = try Tensor.example([2, channels.1, 5, 11, 21], seed: 4)
      let bias = try Tensor.example([channels.0], seed: 6)
      try compare([first, second, bias], volumes: 2, type, "with bias") { try $0[0].joined(bias: $0[2], $0[1]) }
      try compare([first, second], volumes: 2, type, "without bias") { try $0[0].joined(bias: nil, $0[1]) }
    }

    @Test func bitsDoNotDependOnThreads() throws {
      let input = try Tensor.example([2, 24, 9, 20, 31])
      let shortcut = try Tensor.example([2, 24, 9, 20, 31], seed: 2)
      let weight = try Tensor.example([24], seed: 3)
      let bias = try Tensor.example([24], seed: 4)
      defer { try? LibTorch.setThreads(1) }
      let results = try [1, 3].map { threads in
        try LibTorch.setThreads(threads)
        return try run([input, shortcut, weight, bias], .channelsLast, volumes: 2, .float32) {
          try $0[0].instanceNormalized(weight: $0[2], bias: $0[3], adding: $0[1], slope: 0.01)
            .joined(bias: nil, $0[0])
        }
      }
      #expect(results[0] == results[1])
    }
  }
}
