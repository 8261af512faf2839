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
  /// Where only hidden voxels count, the network is free to answer anything where it sees, and does: its features of an
  /// image without holes, which is what a segmentation network gets, were then never asked for anything.
  ///
  /// - Parameters:
  ///   - valid: (batch, 1, z, y, x), 0 for padding and saturated voxels; nil when all count.
  ///   - visibleWeight: what the error of a voxel that is seen counts, against 1 for a hidden one.
  ///   - noise: (batch, 1, z, y, x), added to what the network sees; nil for none.
  package func loss(
    _ crops: Tensor, hidden: Tensor, valid: Tensor? = nil, visibleWeight: Double = 0, noise: Tensor? = nil
  ) throws -> Tensor {
    let prediction = try reconstruct(noise.map { try crops.adding($0) } ?? crops, hidden: hidden)
    let weights = visibleWeight > 0 ? try hidden.scaled(by: 1 - visibleWeight, adding: visibleWeight) : hidden
    let mask = try valid.map { try weights.multiplied(by: $0) } ?? weights
    return try Losses.maskedSquaredError(prediction, crops, mask: mask)
  }
}
