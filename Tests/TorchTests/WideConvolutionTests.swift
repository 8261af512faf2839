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

    /// The output, and the gradients of input, weight and bias for a fixed gradient of the output.
    private func run(_ test: Case, _ convolve: (Tensor, Tensor, Tensor) throws -> Tensor) throws -> [[Float]] {
      let weight = try Tensor.example([test.outputChannels, test.input[1]] + test.kernel, seed: 2).scaled(by: 0.1)
      let leaves = [
        try Tensor.example(test.input).to(.bfloat16).to(.float32), weight,
        try Tensor.example([test.outputChannels], seed: 3),
      ]
      for leaf in leaves { try leaf.requireGradient() }
      let output = try convolve(leaves[0], leaves[1], leaves[2])
      let change = try Tensor.example(output.shape, seed: 9).to(.bfloat16).to(.float32)
      try output.to(.float32).multiplied(by: change).sum().backward()
      return [try output.to(.float32).arranged(.planar).floats()]
        + (try leaves.map { try #require(try $0.gradient()).arranged(.planar).floats() })
    }

    @Test(arguments: cases) func areThoseOfFloat32(_ test: Case) throws {
      let expected = try run(test) {
        try $0.convolved($1, bias: $2, stride: test.stride, padding: test.padding)
      }
      let found = try run(test) { input, weight, bias in
        try withAutocast(.bfloat16, arithmetic: .wide) {
          let output = try input.to(.bfloat16).arranged(.channelsLast).convolved(
            weight, bias: bias, stride: test.stride, padding: test.padding)
          #expect(try output.scalarType() == .bfloat16)
          return output
        }
      }
      // Output and gradient of the input are rounded to eight bits; the weights's are sums over 150,000 voxels, which grow.
      for (index, tolerance) in [Float(0.004), 0.004, 1e-3, 2e-5].enumerated() {
        let distance = zip(found[index], expected[index]).map { abs($0 - $1) }.max() ?? 0
        let scale = max(1, expected[index].map(abs).max() ?? 0)
        #expect(distance <= tolerance * scale, "result \(index)")
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
