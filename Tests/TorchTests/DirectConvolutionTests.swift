import Testing
import Torch

extension TorchTests {
  /// Convolutions in float32 whose gradients libtorch would compute by unfolding, for they are of one sample of few voxels.
  @Suite struct DirectConvolutions {
    @Test(arguments: ConvolutionCase.all + ConvolutionCase.thin, [Tensor.Layout.planar, .channelsLast])
    func areThoseOfSeveralSamples(_ test: ConvolutionCase, _ layout: Tensor.Layout) throws {
      let expected = try test.expected()
      let found = try test.run { input, weight, bias in
        try input.arranged(layout).convolved(weight, bias: bias, stride: test.stride, padding: test.padding)
      }
      for index in 0..<4 {
        #expect(
          try found[index].arranged(.planar).floats() == expected[index].arranged(.planar).floats(), "result \(index)")
      }
    }

    @Test func gradientsThatNobodyWantsAreNotComputed() throws {
      let input = try Tensor.example([1, 2, 5, 5, 5])
      let weight = try Tensor.example([3, 2, 3, 3, 3], seed: 1)
      try weight.requireGradient()
      try input.convolved(weight, bias: nil, stride: [1, 1, 1], padding: [1, 1, 1]).sum().backward()
      #expect(try input.gradient() == nil)
      #expect(try weight.gradient() != nil)
    }
  }
}
