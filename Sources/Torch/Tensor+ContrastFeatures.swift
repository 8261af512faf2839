import CTorch

extension Tensor {
  /// Channels of `contrastFeatures`.
  package static let contrastFeatureCount = 3

  /// How much each voxel stands out: (batch, 3, z, y, x) of an image (batch, 1, z, y, x) whose mean is 0 and whose standard
  /// deviation is 1. Not recorded by autograd.
  ///
  /// Channel 0 is the area hyperbolic sine of the image, which is the image where it is dim and its logarithm where it is
  /// bright. Channels 1 and 2 are differences of Gaussians with standard deviations of 1 and 2 voxels, and of 2 and 4,
  /// divided by their root mean square about the voxel, so that dim structures count as bright ones do. Predicting features
  /// with local normalisation of contrast, rather than intensities, follows C. Wei et al., "Masked feature prediction for
  /// self-supervised visual pre-training", CVPR 2022.
  package func contrastFeatures() throws -> Tensor { try .make { ctorch_contrast_features(handle, $0) } }
}
