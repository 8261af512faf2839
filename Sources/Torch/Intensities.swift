import CTorch

/// Changes of intensity of images, by operators on the device that holds them.
extension Tensor {
  /// A symmetrical filter along one axis; beyond its borders the tensor is mirrored at its outermost places.
  ///
  /// - Parameter weights: of the places at distance 0, 1, … on both sides.
  package func filtered(axis: Int, weights: [Double]) throws -> Tensor {
    precondition(!weights.isEmpty)
    return try .make { ctorch_filter_axis(handle, Int32(axis), weights, Int32(weights.count), $0) }
  }

  /// Moves the elements from or to their mean by `factor`, and keeps them in their range.
  package func contrastStretched(by factor: Double) throws -> Tensor {
    try .make { ctorch_stretch_contrast(handle, factor, $0) }
  }

  /// The elements, scaled to 0…1, to the power of `exponent`, with the mean and the standard deviation that they had. A
  /// flat tensor has no shape that gamma could change, and stays.
  package func gammaCorrected(_ exponent: Double) throws -> Tensor { try .make { ctorch_gamma(handle, exponent, $0) } }
}
