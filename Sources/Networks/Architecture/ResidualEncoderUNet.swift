import Architectures
import Files
import Torch

/// nnU-Net's U-Nets for volumes with the same parameter names as in `dynamic_network_architectures`, with instance norm
/// and leaky rectifiers: `ResidualEncoderUNet` (Isensee et al. 2024), or `PlainConvUNet` where the architecture's encoder
/// is plain.
///
/// Inputs are (batch, channels, z, y, x) with edges that are multiples of `architecture.inputMultiple`. Forward passes may
/// run on several threads at once while nobody changes the parameters.
public final class ResidualEncoderUNet: @unchecked Sendable {
  package let architecture: ArchitectureDescription
  package let device: Device
  /// In the order of the forward pass, each once, under its canonical name.
  package let parameters: [Parameter]

  /// Of a residual encoder; a plain one begins with its first stage.
  private let stem: ConvolutionBlock?
  private let encoder: [EncoderStage]
  private let decoder: [DecoderStage]

  private enum EncoderStage {
    case residual([ResidualBlock])
    case plain([ConvolutionBlock])

    func forward(_ input: Tensor) throws -> Tensor {
      switch self {
      case .residual(let blocks): try blocks.reduce(input) { try $1.forward($0) }
      case .plain(let convolutions): try convolutions.reduce(input) { try $1.forward($0) }
      }
    }
  }

  private struct DecoderStage {
    let upsamplingWeight: Tensor
    let upsamplingBias: Tensor?
    let stride: [Int]
    let convolutions: [ConvolutionBlock]
    let output: Convolution
  }

  /// - Parameter seed: determines the initial weights; nil where others will be loaded in place of all of them.
  /// - Throws: `Fault` of kind `badData` for a malformed description, `TorchError` when memory runs out.
  package init(_ architecture: ArchitectureDescription, seed: UInt64?, device: Device = .cpu) throws {
    try architecture.validate(from: "the recipe")
    self.architecture = architecture
    self.device = device
    let features = architecture.featuresPerStage
    let style = BlockStyle(
      hasBias: architecture.convolutionBias, slope: architecture.negativeSlope, epsilon: architecture.normEpsilon)
    var builder = ParameterBuilder(seed: seed, device: device)
    (stem, encoder) =
      switch architecture.encoder {
      case .residual: try Self.residualEncoder(architecture, style, &builder)
      case .plain: (nil, try Self.plainEncoder(architecture, style, &builder))
      }
    decoder = try (0..<architecture.stageCount - 1).map { stage in
      let coarse = architecture.stageCount - 1 - stage
      let fine = coarse - 1
      let name = "decoder.transpconvs.\(stage)"
      let weight = try builder.convolutionWeight(
        "\(name).weight", shape: [features[coarse], features[fine]] + architecture.strides[coarse])
      let bias = style.hasBias ? try builder.constant("\(name).bias", 0, count: features[fine]) : nil
      let convolutions = try (0..<architecture.convolutionsPerDecoderStage[stage]).map { index in
        try ConvolutionBlock(
          "decoder.stages.\(stage).convs.\(index)", from: index == 0 ? 2 * features[fine] : features[fine],
          to: features[fine], kernel: architecture.kernels[fine], style, &builder)
      }
      let output = try Convolution(
        "decoder.seg_layers.\(stage)", from: features[fine], to: architecture.classes, kernel: [1, 1, 1],
        hasBias: true, &builder)
      return DecoderStage(
        upsamplingWeight: weight, upsamplingBias: bias, stride: architecture.strides[coarse],
        convolutions: convolutions, output: output)
    }
    parameters = builder.parameters
  }

  private static func residualEncoder(
    _ architecture: ArchitectureDescription, _ style: BlockStyle, _ builder: inout ParameterBuilder
  ) throws -> (ConvolutionBlock, [EncoderStage]) {
    let features = architecture.featuresPerStage
    let stem = try ConvolutionBlock(
      "encoder.stem.convs.0", from: architecture.inputChannels, to: features[0], kernel: architecture.kernels[0], style,
      &builder)
    let stages = try (0..<architecture.stageCount).map { stage in
      EncoderStage.residual(
        try (0..<architecture.blocksPerStage[stage]).map { block in
          try ResidualBlock(
            "encoder.stages.\(stage).blocks.\(block)",
            from: block == 0 ? features[max(stage - 1, 0)] : features[stage], to: features[stage],
            kernel: architecture.kernels[stage], stride: block == 0 ? architecture.strides[stage] : [1, 1, 1], style,
            &builder)
        })
    }
    return (stem, stages)
  }

  /// A stage is a sequence in PyTorch, with the stacked convolutions as its only module.
  private static func plainEncoder(
    _ architecture: ArchitectureDescription, _ style: BlockStyle, _ builder: inout ParameterBuilder
  ) throws -> [EncoderStage] {
    let features = architecture.featuresPerStage
    return try (0..<architecture.stageCount).map { stage in
      let input = stage == 0 ? architecture.inputChannels : features[stage - 1]
      return EncoderStage.plain(
        try (0..<architecture.blocksPerStage[stage]).map { index in
          try ConvolutionBlock(
            "encoder.stages.\(stage).0.convs.\(index)", from: index == 0 ? input : features[stage],
            to: features[stage], kernel: architecture.kernels[stage],
            stride: index == 0 ? architecture.strides[stage] : [1, 1, 1], style, &builder)
        })
    }
  }

  /// The parameters that gradients reach: all with deep supervision, otherwise without the outputs of coarser stages.
  package func trainedParameters(deepSupervision: Bool) -> [Parameter] {
    if deepSupervision { return parameters }
    let last = "decoder.seg_layers.\(decoder.count - 1)."
    return parameters.filter { !$0.name.hasPrefix("decoder.seg_layers.") || $0.name.hasPrefix(last) }
  }

  /// The output (batch, classes, z, y, x) at full resolution.
  ///
  /// - Throws: `Fault` of kind `usage` for an input that the network does not take, `TorchError` when memory runs out.
  package func forward(_ input: Tensor) throws -> Tensor {
    try run(input, deepSupervision: false)[0]
  }

  /// The outputs of every decoder stage, full resolution first, each coarser than the previous one by a stage's strides.
  package func forwardAtAllResolutions(_ input: Tensor) throws -> [Tensor] {
    try run(input, deepSupervision: true)
  }

  private func run(_ input: Tensor, deepSupervision: Bool) throws -> [Tensor] {
    try checkInput(input.shape)
    var value = device == .cpu ? try input.arranged(.channelsLast) : input
    if let stem { value = try stem.forward(value) }
    var skips: [Tensor] = []
    for stage in encoder {
      value = try stage.forward(value)
      skips.append(value)
    }
    skips.removeLast()
    var outputs: [Tensor] = []
    for (index, stage) in decoder.enumerated() {
      let fine = try value.convolvedTransposed(stage.upsamplingWeight, bias: nil, stride: stage.stride)
      // Removed from the list, the skip can be freed as soon as autograd does not need it.
      value = try fine.joined(bias: stage.upsamplingBias, skips.removeLast())
      for convolution in stage.convolutions { value = try convolution.forward(value) }
      if deepSupervision || index == decoder.count - 1 { outputs.append(try stage.output.forward(value)) }
    }
    return outputs.reversed()
  }

  private func checkInput(_ shape: [Int]) throws {
    let multiple = architecture.inputMultiple
    guard shape.count == 5, shape[1] == architecture.inputChannels,
      (0..<3).allSatisfy({ shape[2 + $0] > 0 && shape[2 + $0] % multiple[$0] == 0 })
    else {
      throw Fault.usage(
        "the network takes inputs of \(architecture.inputChannels) channel(s) with edges (z, y, x) that are multiples "
          + "of \(multiple), found an input of shape \(shape); choose another crop or tile size")
    }
    // The norm of a single voxel divides by a standard deviation of zero.
    guard (0..<3).contains(where: { shape[2 + $0] > multiple[$0] }) else {
      throw Fault.usage(
        "an input of \(Array(shape[2...])) voxels is a single voxel at the coarsest stage, which cannot be normalised; "
          + "choose a crop or tile of at least twice \(multiple)")
    }
  }
}
