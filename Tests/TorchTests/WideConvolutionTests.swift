import Testing
import Torch

extension TorchTests {
  /// Convolutions of bfloat16 tensors with float32 arithmetic, against libtorch's in float32 on the same rounded numbers.
  @Suite struct WideConvolutions {
    struct Case: CustomTestStringConvertible {
      var input: [Int]
      var outputChannels: Int
      var kernel: [Int]
      var stride: [Int]
      var padding: [Int]
      var testDescription: String { "\(input) to \(outputChannels), \(kernel), stride \(stride), padding \(padding)" }
    }

    /// The last three are cut into several slabs, of which the last is not full.
    static let cases = [
      Case(input: [1, 1, 4, 5, 6], outputChannels: 3, kernel: [3, 3, 3], stride: [1, 1, 1], padding: [1, 1, 1]),
      Case(input: [2, 5, 1, 7, 3], outputChannels: 4, kernel: [3, 3, 3], stride: [1, 1, 1], padding: [1, 1, 1]),
      Case(input: [3, 4, 7, 8, 9], outputChannels: 6, kernel: [3, 3, 3], stride: [2, 2, 2], padding: [1, 1, 1]),
      Case(input: [1, 6, 9, 8, 7], outputChannels: 2, kernel: [1, 3, 3], stride: [1, 2, 2], padding: [0, 1, 1]),
      Case(input: [1, 3, 8, 6, 6], outputChannels: 2, kernel: [3, 3, 3], stride: [3, 1, 1], padding: [0, 1, 1]),
      Case(input: [1, 3, 9, 6, 6], outputChannels: 2, kernel: [2, 1, 1], stride: [3, 1, 1], padding: [0, 0, 0]),
      Case(
        input: [2, 16, 37, 64, 64], outputChannels: 24, kernel: [3, 3, 3], stride: [1, 1, 1], padding: [1, 1, 1]),
      Case(
        input: [1, 16, 75, 64, 64], outputChannels: 24, kernel: [3, 3, 3], stride: [2, 2, 2], padding: [1, 1, 1]),
      Case(input: [1, 40, 31, 40, 64], outputChannels: 8, kernel: [5, 3, 3], stride: [1, 1, 1], padding: [2, 1, 1]),
    ]

    /// Whole numbers, with which float32 is exact in whatever order it adds them.
    private func whole(_ shape: [Int], seed: Int) throws -> Tensor {
      let numbers = pseudorandom(shape.reduce(1, *), seed: seed).map {
        ($0.truncatingRemainder(dividingBy: 1) * 3).rounded()
      }
      return try .copying(numbers, shape: shape)
    }

    /// The output, and the gradients of input, weight and bias for a fixed gradient of the output.
    private func run(_ test: Case, _ convolve: (Tensor, Tensor, Tensor) throws -> Tensor) throws -> [Tensor] {
      let leaves = [
        try whole(test.input, seed: 1), try whole([test.outputChannels, test.input[1]] + test.kernel, seed: 2),
        try whole([test.outputChannels], seed: 3),
      ]
      for leaf in leaves { try leaf.requireGradient() }
      let output = try convolve(leaves[0], leaves[1], leaves[2])
      try output.to(.float32).multiplied(by: whole(output.shape, seed: 9)).sum().backward()
      return [output] + (try leaves.map { try #require(try $0.gradient()) })
    }

    @Test(arguments: cases) func areThoseOfFloat32(_ test: Case) throws {
      let expected = try run(test) {
        try $0.convolved($1, bias: $2, stride: test.stride, padding: test.padding)
      }
      let found = try run(test) { input, weight, bias in
        try withAutocast(.bfloat16, arithmetic: .wide) {
          try input.to(.bfloat16).arranged(.channelsLast).convolved(
            weight, bias: bias, stride: test.stride, padding: test.padding)
        }
      }
      #expect(try found[0].scalarType() == .bfloat16)
      for index in 0..<4 {
        // Output and gradient of the input are rounded, once and at the end; the sums of weights and bias are not.
        let rounded = index < 2 ? try expected[index].to(.bfloat16) : expected[index]
        let (some, others) = (
          try found[index].to(.float32).arranged(.planar).floats(), try rounded.to(.float32).arranged(.planar).floats()
        )
        let largest = others.map(abs).max() ?? 0
        #expect(largest > 1 && largest < 16_777_216)
        #expect(some == others, "result \(index)")
      }
    }

    /// The coarsest stage of a small crop. There oneDNN's own gradients in bfloat16 hold what was in memory before, which
    /// is made to be something here.
    @Test(arguments: [[1, 16, 2, 2, 2], [1, 8, 2, 4, 4], [1, 8, 4, 4, 2], [1, 32, 1, 1, 1], [1, 16, 1, 4, 4]])
    func gradientsOfThinVolumesHoldNothingElse(_ shape: [Int]) throws {
      for stride in [1, 2] {
        let test = Case(
          input: shape, outputChannels: 24, kernel: [3, 3, 3], stride: [stride, stride, stride], padding: [1, 1, 1])
        let expected = try run(test) {
          try $0.convolved($1, bias: $2, stride: test.stride, padding: test.padding)
        }
        for _ in 0..<3 {
          for count in [1 << 10, 1 << 14, 1 << 18] {
            _ = try (0..<4).map { _ in try Tensor.copying([Float](repeating: .nan, count: count), shape: [count]) }
          }
          let found = try run(test) { input, weight, bias in
            try withAutocast(.bfloat16, arithmetic: .native) {
              try input.to(.bfloat16).arranged(.channelsLast).convolved(
                weight, bias: bias, stride: test.stride, padding: test.padding)
            }
          }
          for index in 0..<4 {
            let rounded = index < 2 ? try expected[index].to(.bfloat16) : expected[index]
            #expect(
              try found[index].to(.float32).arranged(.planar).floats()
                == rounded.to(.float32).arranged(.planar).floats(), "result \(index), stride \(stride)")
          }
        }
      }
    }

    @Test func shapesThatDoNotGoTogetherAreRefused() throws {
      let weight = try Tensor.example([2, 3, 3, 3, 3])
      for shape in [[1, 4, 5, 5, 5], [5, 5, 5], [1, 3, 1, 1, 1]] {
        let input = try Tensor.example(shape)
        #expect(throws: TorchError.self) {
          try withAutocast(.bfloat16, arithmetic: .wide) {
            try input.convolved(weight, bias: nil, stride: [1, 1, 1], padding: [0, 0, 0])
          }
        }
      }
    }

    @Test func processorsAreKnownByName() {
      func arithmetic(_ vendor: String, _ flags: String) -> BFloat16Arithmetic {
        BFloat16Arithmetic(
          cpuInfo:
            "processor\t: 0\nvendor_id\t: \(vendor)\nmodel name\t: Some\nflags\t\t: fpu sse2 \(flags) avx2\nbugs\t: x\n"
        )
      }
      #expect(arithmetic("GenuineIntel", "avx512f avx512_bf16") == .wide)
      #expect(arithmetic("GenuineIntel", "avx512f avx512_bf16 amx_bf16 amx_tile") == .native)
      #expect(arithmetic("AuthenticAMD", "avx512f avx512_bf16") == .native)
      #expect(arithmetic("AuthenticAMD", "avx2") == .wide)
      #expect(BFloat16Arithmetic(cpuInfo: "processor\t: 0\nFeatures\t: fp asimd bf16\n") == .native)
      #expect(BFloat16Arithmetic(cpuInfo: "") == .native)
    }
  }
}
