import Testing
import Torch

extension TorchTests {
  /// Convolutions of bfloat16 tensors with float32 arithmetic, against libtorch's in float32 on the same rounded numbers.
  @Suite struct WideConvolutions {
    @Test(arguments: ConvolutionCase.all) func areThoseOfFloat32(_ test: ConvolutionCase) throws {
      let expected = try test.expected()
      let found = try test.run { input, weight, bias in
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

    /// There oneDNN's own gradients in bfloat16 hold what was in memory before, which is made to be something here.
    @Test(arguments: ConvolutionCase.thin) func gradientsOfThinVolumesHoldNothingElse(_ test: ConvolutionCase) throws {
      let expected = try test.expected()
      for _ in 0..<3 {
        for count in [1 << 10, 1 << 14, 1 << 18] {
          _ = try (0..<4).map { _ in try Tensor.copying([Float](repeating: .nan, count: count), shape: [count]) }
        }
        let found = try test.run { input, weight, bias in
          try withAutocast(.bfloat16, arithmetic: .native) {
            try input.to(.bfloat16).arranged(.channelsLast).convolved(
              weight, bias: bias, stride: test.stride, padding: test.padding)
          }
        }
        for index in 0..<4 {
          let rounded = index < 2 ? try expected[index].to(.bfloat16) : expected[index]
          #expect(
            try found[index].to(.float32).arranged(.planar).floats()
              == rounded.to(.float32).arranged(.planar).floats(), "result \(index)")
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
