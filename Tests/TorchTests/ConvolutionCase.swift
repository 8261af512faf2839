import Testing
import Torch

/// A convolution of whole numbers, with which float32 is exact in whatever order it adds them.
struct ConvolutionCase: CustomTestStringConvertible {
  var input: [Int]
  var outputChannels: Int
  var kernel: [Int]
  var stride: [Int]
  var padding: [Int]
  var testDescription: String { "\(input) to \(outputChannels), \(kernel), stride \(stride), padding \(padding)" }

  /// The last three are cut into several slabs, of which the last is not full.
  static let all = [
    ConvolutionCase(
      input: [1, 1, 4, 5, 6], outputChannels: 3, kernel: [3, 3, 3], stride: [1, 1, 1], padding: [1, 1, 1]),
    ConvolutionCase(
      input: [2, 5, 1, 7, 3], outputChannels: 4, kernel: [3, 3, 3], stride: [1, 1, 1], padding: [1, 1, 1]),
    ConvolutionCase(
      input: [3, 4, 7, 8, 9], outputChannels: 6, kernel: [3, 3, 3], stride: [2, 2, 2], padding: [1, 1, 1]),
    ConvolutionCase(
      input: [1, 6, 9, 8, 7], outputChannels: 2, kernel: [1, 3, 3], stride: [1, 2, 2], padding: [0, 1, 1]),
    ConvolutionCase(
      input: [1, 3, 8, 6, 6], outputChannels: 2, kernel: [3, 3, 3], stride: [3, 1, 1], padding: [0, 1, 1]),
    ConvolutionCase(
      input: [1, 3, 9, 6, 6], outputChannels: 2, kernel: [2, 1, 1], stride: [3, 1, 1], padding: [0, 0, 0]),
    ConvolutionCase(
      input: [2, 16, 37, 64, 64], outputChannels: 24, kernel: [3, 3, 3], stride: [1, 1, 1], padding: [1, 1, 1]),
    ConvolutionCase(
      input: [1, 16, 75, 64, 64], outputChannels: 24, kernel: [3, 3, 3], stride: [2, 2, 2], padding: [1, 1, 1]),
    ConvolutionCase(
      input: [1, 40, 31, 40, 64], outputChannels: 8, kernel: [5, 3, 3], stride: [1, 1, 1], padding: [2, 1, 1]),
  ]

  /// The coarsest stages of small crops.
  static let thin = [[1, 16, 2, 2, 2], [1, 8, 2, 4, 4], [1, 8, 4, 4, 2], [1, 32, 1, 1, 1], [1, 16, 1, 4, 4]].flatMap {
    shape in
    [1, 2].map { stride in
      ConvolutionCase(
        input: shape, outputChannels: 24, kernel: [3, 3, 3], stride: [stride, stride, stride], padding: [1, 1, 1])
    }
  }

  private func whole(_ shape: [Int], seed: Int) throws -> Tensor {
    let numbers = pseudorandom(shape.reduce(1, *), seed: seed).map {
      ($0.truncatingRemainder(dividingBy: 1) * 3).rounded()
    }
    return try .copying(numbers, shape: shape)
  }

  /// The output, and the gradients of input, weight and bias for a fixed gradient of the output.
  func run(_ convolve: (Tensor, Tensor, Tensor) throws -> Tensor) throws -> [Tensor] {
    let leaves = [
      try whole(input, seed: 1), try whole([outputChannels, input[1]] + kernel, seed: 2),
      try whole([outputChannels], seed: 3),
    ]
    for leaf in leaves { try leaf.requireGradient() }
    let output = try convolve(leaves[0], leaves[1], leaves[2])
    try output.to(.float32).multiplied(by: whole(output.shape, seed: 9)).sum().backward()
    return [output] + (try leaves.map { try #require(try $0.gradient()) })
  }

  /// The same by oneDNN alone: libtorch takes it for all gradients of several samples, so that a second one, of zeros, is added.
  func expected() throws -> [Tensor] {
    try run { input, weight, bias in
      try Tensor.concatenated([input, .zeros(input.shape)], axis: 0)
        .convolved(weight, bias: bias, stride: stride, padding: padding)
        .narrowed(0, 0..<input.shape[0])
    }
  }
}
