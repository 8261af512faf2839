import Architectures
import Torch

/// Masked pretraining (He et al. 2022) as in nnssl for convolutional networks: masked blocks are set to zero, and the U-Net
/// learns to reconstruct them.
public final class MaskedAutoencoder: Sendable {
  package let network: ResidualEncoderUNet
  private let target: ReconstructionTarget

  /// - Parameter network: for one input channel, with as many classes as the target has channels, and without deep
  ///   supervision.
  package init(_ network: ResidualEncoderUNet, target: ReconstructionTarget = .image) {
    precondition(network.architecture.inputChannels == 1 && network.architecture.classes == target.channelCount)
    self.network = network
    self.target = target
  }

  package convenience init(tier: Tier, seed: UInt64, device: Device = .cpu) throws {
    try self.init(
      ResidualEncoderUNet(
        ArchitectureDescription(tier, classes: 1, deepSupervision: false), seed: seed, device: device))
  }

  /// The network's prediction (batch, channels of the target, z, y, x) of the whole crop.
  ///
  /// - Parameter crops: (batch, 1, z, y, x), normalised so that 0 is the mean.
  /// - Parameter hidden: (batch, 1, z, y, x), 1 where masked.
  package func predict(_ crops: Tensor, hidden: Tensor) throws -> Tensor {
    try network.forward(crops.multiplied(by: hidden.scaled(by: -1, adding: 1)))
  }

  /// The image that the network predicts of the whole crop, (batch, 1, z, y, x): the crop itself, or of a target of
  /// contrasts its area hyperbolic sine. Arguments as of `predict`.
  package func reconstruct(_ crops: Tensor, hidden: Tensor) throws -> Tensor {
    try target.image(from: predict(crops, hidden: hidden))
  }

  /// Mean squared error over the masked voxels, each sample counting equally.
  ///
  /// With a loss on masked voxels alone the network's output for visible voxels is arbitrary: its features of an image
  /// without masked blocks, which is what a segmentation network sees, are never trained. `visibleWeight` mends that.
  ///
  /// - Parameters:
  ///   - valid: (batch, 1, z, y, x), 0 for padding and saturated voxels; nil when all count.
  ///   - visibleWeight: weight of visible voxels (masked voxels: 1).
  ///   - noise: (batch, 1, z, y, x), added to the input; nil for none.
  package func loss(
    _ crops: Tensor, hidden: Tensor, valid: Tensor? = nil, visibleWeight: Double = 0, noise: Tensor? = nil
  ) throws -> Tensor {
    let prediction = try predict(noise.map { try crops.adding($0) } ?? crops, hidden: hidden)
    let weights = visibleWeight > 0 ? try hidden.scaled(by: 1 - visibleWeight, adding: visibleWeight) : hidden
    let mask = try valid.map { try weights.multiplied(by: $0) } ?? weights
    return try Losses.maskedSquaredError(prediction, target.values(of: crops), mask: mask)
  }
}
