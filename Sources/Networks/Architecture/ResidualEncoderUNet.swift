import Architectures
import Files
import Torch

/// nnU-Net's residual-encoder U-Net for volumes (Isensee et al. 2024), the same network as
/// `dynamic_network_architectures.ResidualEncoderUNet` with instance norm and leaky rectifiers of slope 0.01, with the
/// same parameter names.
///
/// Inputs are (batch, channels, z, y, x) with edges that are multiples of `architecture.inputMultiple`. Forward passes may
/// run on several threads at once while nobody changes the parameters.
public final class ResidualEncoderUNet: @unchecked Sendable {
  package let architecture: ArchitectureDescription
  package let device: Device
  /// In the order of the forward pass, each once, under its canonical name.
  package let parameters: [Parameter]

  private let stem: ConvolutionBlock
  private let encoder: [[ResidualBlock]]
  private let decoder: [DecoderStage]

  private struct DecoderStage {
    let upsamplingWeight: Tensor
    let upsamplingBias: Tensor?
    let stride: [Int]
    let convolutions: [ConvolutionBlock]
    let output: Convolution
  }

  /// - Parameter seed: determines the initial weights.
  /// - Throws: `Fault` of kind `badData` for a malformed description, `TorchError` when memory runs out.
  package init(_ architecture: ArchitectureDescription, seed: UInt64, device: Device = .cpu) throws {
    try architecture.validate(from: "the recipe")
    self.architecture = architecture
    self.device = device
    let features = architecture.featuresPerStage
    let hasBias = architecture.convolutionBias
    var builder = ParameterBuilder(seed: seed, device: device)
    stem = try ConvolutionBlock(
      "encoder.stem.convs.0", from: architecture.inputChannels, to: features[0], kernel: architecture.kernels[0],
      hasBias: hasBias, &builder)
    encoder = try (0..<architecture.stageCount).map { stage in
      try (0..<architecture.blocksPerStage[stage]).map { block in
        try ResidualBlock(
          "encoder.stages.\(stage).blocks.\(block)", from: block == 0 ? features[max(stage - 1, 0)] : features[stage],
          to: features[stage], kernel: architecture.kernels[stage],
          stride: block == 0 ? architecture.strides[stage] : [1, 1, 1], hasBias: hasBias, &builder)
      }
    }
    decoder = try (0..<architecture.stageCount - 1).map { stage in
      let coarse = architecture.stageCount - 1 - stage
      let fine = coarse - 1
      let name = "decoder.transpconvs.\(stage)"
      let weight = try builder.convolutionWeight(
        "\(name).weight", shape: [features[coarse], features[fine]] + architecture.strides[coarse])
      let bias = hasBias ? try builder.constant("\(name).bias", 0, count: features[fine]) : nil
      let convolutions = try (0..<architecture.convolutionsPerDecoderStage[stage]).map { index in
        try ConvolutionBlock(
          "decoder.stages.\(stage).convs.\(index)", from: index == 0 ? 2 * features[fine] : features[fine],
          to: features[fine], kernel: architecture.kernels[fine], hasBias: hasBias, &builder)
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
    var value = try stem.forward(device == .cpu ? input.arranged(.channelsLast) : input)
    var skips: [Tensor] = []
    for stage in encoder {
      for block in stage { value = try block.forward(value) }
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
