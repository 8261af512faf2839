import Files
import Torch

/// Builds parameters under the names of `dynamic_network_architectures`, with nnU-Net's initial values.
///
/// Weights of convolutions are normal with standard deviation √(2 / ((1 + 0.01²) · fan-in)) (He et al. 2015 for leaky
/// rectifiers), biases 0; norms scale by 1, but by 0 as the last step before a residual sum, so that blocks start as
/// identities. The initial values of a parameter depend on the seed and its name alone.
struct ParameterBuilder {
  /// Nil for weights that are zero until others are loaded.
  let seed: UInt64?
  let device: Device
  private(set) var parameters: [Parameter] = []

  init(seed: UInt64?, device: Device) {
    self.seed = seed
    self.device = device
  }

  private mutating func add(_ name: String, _ tensor: Tensor) throws -> Tensor {
    try tensor.requireGradient()
    parameters.append(Parameter(name, tensor))
    return tensor
  }

  mutating func constant(_ name: String, _ value: Double, count: Int) throws -> Tensor {
    let tensor = try Tensor.zeros([count], device: device)
    try tensor.fill(value)
    return try add(name, tensor)
  }

  mutating func convolutionWeight(_ name: String, shape: [Int]) throws -> Tensor {
    guard let seed else { return try add(name, .zeros(shape, device: device)) }
    // libtorch counts the fan-in along axis 1, also for transposed convolutions, whose axis 1 is the output.
    let fanIn = shape[1...].reduce(1, *)
    let deviation = (2 / ((1 + 0.01 * 0.01) * Double(fanIn))).squareRoot()
    var random = RandomStream(seed: seed, name: name)
    let count = shape.reduce(1, *)
    let values = [Float](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      for index in 0..<count { buffer[index] = Float(random.normal() * deviation) }
      initializedCount = count
    }
    return try add(name, .copying(values, shape: shape, device: device))
  }
}

/// A convolution with "same" padding: its output has the input's size divided by the stride.
struct Convolution {
  let weight: Tensor
  let bias: Tensor?
  let stride: [Int]
  let padding: [Int]

  init(
    _ name: String, from input: Int, to output: Int, kernel: [Int], stride: [Int] = [1, 1, 1], hasBias: Bool,
    _ builder: inout ParameterBuilder
  ) throws {
    weight = try builder.convolutionWeight("\(name).weight", shape: [output, input] + kernel)
    bias = hasBias ? try builder.constant("\(name).bias", 0, count: output) : nil
    self.stride = stride
    padding = kernel.map { ($0 - 1) / 2 }
  }

  func forward(_ input: Tensor) throws -> Tensor {
    try input.convolved(weight, bias: bias, stride: stride, padding: padding)
  }
}

/// What the blocks of one network have in common.
struct BlockStyle {
  let hasBias: Bool
  /// What rectifiers multiply negative values by.
  let slope: Double
  /// What norms add to the variance.
  let epsilon: Double
}

/// Convolution, instance norm and, unless it is a projection, leaky rectifier (`ConvDropoutNormReLU`); in a residual branch
/// the shortcut is added before the rectifier.
struct ConvolutionBlock {
  private let convolution: Convolution
  private let normWeight: Tensor
  private let normBias: Tensor
  /// 1 for none.
  private let slope: Double
  private let epsilon: Double

  init(
    _ name: String, from input: Int, to output: Int, kernel: [Int], stride: [Int] = [1, 1, 1], _ style: BlockStyle,
    hasBias: Bool? = nil, activates: Bool = true, initialScale: Double = 1, _ builder: inout ParameterBuilder
  ) throws {
    convolution = try Convolution(
      "\(name).conv", from: input, to: output, kernel: kernel, stride: stride, hasBias: hasBias ?? style.hasBias,
      &builder)
    normWeight = try builder.constant("\(name).norm.weight", initialScale, count: output)
    normBias = try builder.constant("\(name).norm.bias", 0, count: output)
    slope = activates ? style.slope : 1
    epsilon = style.epsilon
  }

  /// - Parameter shortcut: added before the rectifier.
  func forward(_ input: Tensor, adding shortcut: Tensor? = nil) throws -> Tensor {
    try convolution.forward(input).instanceNormalized(
      weight: normWeight, bias: normBias, adding: shortcut, slope: slope, epsilon: epsilon)
  }
}

/// Two convolution blocks with a shortcut (`BasicBlockD`, the ResNet-D block of He et al. 2019): where the block has a
/// stride, the shortcut pools by averaging; where it changes the channels, a 1³ convolution without bias and a norm follow.
struct ResidualBlock {
  private let first: ConvolutionBlock
  private let second: ConvolutionBlock
  private let pooling: [Int]?
  private let projection: ConvolutionBlock?

  init(
    _ name: String, from input: Int, to output: Int, kernel: [Int], stride: [Int], _ style: BlockStyle,
    _ builder: inout ParameterBuilder
  ) throws {
    first = try ConvolutionBlock(
      "\(name).conv1", from: input, to: output, kernel: kernel, stride: stride, style, &builder)
    second = try ConvolutionBlock(
      "\(name).conv2", from: output, to: output, kernel: kernel, style, initialScale: 0, &builder)
    pooling = stride.contains { $0 != 1 } ? stride : nil
    // The shortcut is a sequence in PyTorch; the index of the projection in it depends on whether pooling comes first.
    projection =
      input == output
      ? nil
      : try ConvolutionBlock(
        "\(name).skip.\(pooling == nil ? 0 : 1)", from: input, to: output, kernel: [1, 1, 1], style,
        hasBias: false, activates: false, &builder)
  }

  func forward(_ input: Tensor) throws -> Tensor {
    var shortcut = input
    if let pooling { shortcut = try shortcut.averagePooled(pooling) }
    if let projection { shortcut = try projection.forward(shortcut) }
    return try second.forward(first.forward(input), adding: shortcut)
  }
}
