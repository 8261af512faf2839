import CTorch

/// Changes of image intensities, computed on the device that holds the image; not recorded by autograd.
extension Tensor {
  /// A symmetric filter along one axis; beyond its ends the tensor is mirrored at its outermost elements.
  ///
  /// - Parameter weights: for distances 0, 1, … on both sides.
  package func filtered(axis: Int, weights: [Double]) throws -> Tensor {
    precondition(!weights.isEmpty)
    return try .make { ctorch_filter_axis(handle, Int32(axis), weights, Int32(weights.count), $0) }
  }

  /// mean + factor · (element − mean), clamped to the range of the elements.
  package func contrastStretched(by factor: Double) throws -> Tensor {
    try .make { ctorch_stretch_contrast(handle, factor, $0) }
  }

  /// The elements, scaled to 0…1 and raised to `exponent`, with the mean and standard deviation they had. A constant tensor
  /// is returned unchanged.
  package func gammaCorrected(_ exponent: Double) throws -> Tensor { try .make { ctorch_gamma(handle, exponent, $0) } }
}
