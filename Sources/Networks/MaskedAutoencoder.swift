import Torch

/// Masked pretraining (He et al. 2022) as nnssl does it for convolutional networks: hidden blocks are set to zero, the
/// U-Net fills them in, and only what was hidden counts.
package final class MaskedAutoencoder: Sendable {
  package let network: ResidualEncoderUNet

  /// - Parameter network: with as many classes as input channels, and without deep supervision.
  package init(_ network: ResidualEncoderUNet) {
    precondition(network.architecture.classes == network.architecture.inputChannels)
    self.network = network
  }

  package convenience init(tier: Tier, seed: UInt64, device: Device = .cpu) throws {
    try self.init(
      ResidualEncoderUNet(
        ArchitectureDescription(tier, classes: 1, deepSupervision: false), seed: seed, device: device))
  }

  /// The network's picture of the whole crop, hidden blocks included.
  ///
  /// - Parameter crops: (batch, 1, z, y, x), normalised so that 0 is the mean.
  /// - Parameter hidden: (batch, 1, z, y, x), 1 where the network may not look.
  package func reconstruct(_ crops: Tensor, hidden: Tensor) throws -> Tensor {
    try network.forward(crops.multiplied(by: hidden.scaled(by: -1, adding: 1)))
  }

  /// Mean squared error over the hidden voxels, each sample counting equally.
  ///
  /// - Parameter valid: (batch, 1, z, y, x), 0 for padding and saturated voxels; nil when all count.
  package func loss(_ crops: Tensor, hidden: Tensor, valid: Tensor? = nil) throws -> Tensor {
    let prediction = try reconstruct(crops, hidden: hidden)
    let mask = try valid.map { try hidden.multiplied(by: $0) } ?? hidden
    return try Losses.maskedSquaredError(prediction, crops, mask: mask)
  }
}
