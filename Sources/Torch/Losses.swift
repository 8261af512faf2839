import CTorch

/// Losses in float32. Each is the mean over samples of a loss within the sample, so that the mean over any equal split of a
/// batch (over ranks, or by gradient accumulation) is the loss of the whole batch. All throw `TorchError` of kind
/// `invalidArgument` when shapes do not match.
package enum Losses {
  /// Mean squared error over the voxels whose `mask` is 1; 0 for a sample without any.
  ///
  /// All arguments are (batch, channel, z, y, x); `mask` may have one channel for all.
  package static func maskedSquaredError(_ prediction: Tensor, _ target: Tensor, mask: Tensor) throws -> Tensor {
    try .make { ctorch_masked_squared_error(prediction.handle, target.handle, mask.handle, $0) }
  }

  /// Cross-entropy, and soft Dice loss (1 − Dice, mean over foreground classes, nnU-Net's smoothing of 1e-5), over the
  /// voxels whose `mask` is 1.
  ///
  /// - Parameter logits: (batch, classes, z, y, x); a single class is the logit of the foreground.
  /// - Parameter labels: (batch, 1, z, y, x) in 0..<classes (0 and 1 for a single class); any value where ignored.
  /// - Parameter mask: (batch, 1, z, y, x), 1 where the label counts.
  package static func segmentation(logits: Tensor, labels: Tensor, mask: Tensor) throws
    -> (crossEntropy: Tensor, dice: Tensor)
  {
    var crossEntropy: OpaquePointer?
    var dice: OpaquePointer?
    try check(ctorch_segmentation_losses(logits.handle, labels.handle, mask.handle, &crossEntropy, &dice))
    guard let crossEntropy, let dice else { preconditionFailure("the shim reported success without losses") }
    return (Tensor(handle: crossEntropy), Tensor(handle: dice))
  }

  /// The soft-clDice loss, 1 − soft clDice, over the voxels whose `mask` is 1: S. Shit et al., "clDice – a novel
  /// topology-preserving loss function for tubular structure segmentation", CVPR 2021, with the smoothing of 1 of the
  /// authors' code. Parameters as for `segmentation`.
  ///
  /// Voxels excluded by the mask neither erode nor dilate, as if the volume ended there, so that a single annotated plane is
  /// skeletonised in two dimensions.
  ///
  /// - Parameter iterations: erosions of the skeletonisation; at least the largest radius in voxels.
  package static func softCentrelineDice(logits: Tensor, labels: Tensor, mask: Tensor, iterations: Int) throws -> Tensor
  {
    try .make {
      ctorch_soft_centreline_dice_loss(logits.handle, labels.handle, mask.handle, Int32(iterations), $0)
    }
  }
}
