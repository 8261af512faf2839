import CTorch

/// Operators of networks, recorded by autograd. Volumes are (batch, channel, z, y, x), strides, padding and kernels
/// (z, y, x); every function throws `TorchError` when shapes do not fit together or memory runs out.
extension Tensor {
  /// Convolution with `weight` (out, in, kz, ky, kx), zero padding.
  package func convolved(_ weight: Tensor, bias: Tensor?, stride: [Int], padding: [Int]) throws -> Tensor {
    let stride = three(stride)
    let padding = three(padding)
    return try .make { ctorch_conv3d(handle, weight.handle, bias?.handle, stride, padding, $0) }
  }

  /// Transposed convolution with `weight` (in, out, kz, ky, kx), no padding.
  package func convolvedTransposed(_ weight: Tensor, bias: Tensor?, stride: [Int]) throws -> Tensor {
    let stride = three(stride)
    return try .make { ctorch_conv_transpose3d(handle, weight.handle, bias?.handle, stride, $0) }
  }

  /// Instance norm (Ulyanov et al. 2016, arXiv:1607.08022): every channel of every sample is brought to mean `bias` and
  /// standard deviation `weight`, one element a channel. Then the sum with `shortcut`, of the same shape, and a leaky
  /// rectifier of `slope` (1 for none), which in the layout `channelsLast` on the CPU take no passes of their own.
  package func instanceNormalized(
    weight: Tensor, bias: Tensor, adding shortcut: Tensor? = nil, slope: Double = 1, epsilon: Double = 1e-5
  ) throws -> Tensor {
    try .make { ctorch_instance_norm(handle, weight.handle, bias.handle, shortcut?.handle, epsilon, slope, $0) }
  }

  package func adding(_ other: Tensor) throws -> Tensor { try .make { ctorch_add(handle, other.handle, $0) } }

  package func multiplied(by other: Tensor) throws -> Tensor {
    try .make { ctorch_multiply(handle, other.handle, $0) }
  }

  /// factor · self + offset.
  package func scaled(by factor: Double, adding offset: Double = 0) throws -> Tensor {
    try .make { ctorch_affine(handle, factor, offset, $0) }
  }

  package func raised(to exponent: Double) throws -> Tensor { try .make { ctorch_power(handle, exponent, $0) } }

  package func clamped(to range: ClosedRange<Double>) throws -> Tensor {
    try .make { ctorch_clamp(handle, range.lowerBound, range.upperBound, $0) }
  }

  /// 1 where an element is `value` and 0 elsewhere, in float32.
  package func equals(_ value: Double) throws -> Tensor { try .make { ctorch_equal(handle, value, $0) } }

  package static func concatenated(_ tensors: [Tensor], axis: Int) throws -> Tensor {
    let handles: [OpaquePointer?] = tensors.map(\.handle)
    return try withExtendedLifetime(tensors) {
      try .make { ctorch_concatenate(handles, Int32(handles.count), Int32(axis), $0) }
    }
  }

  /// The channels of this volume, with `bias` (one element a channel) added, then those of `other`. A transposed
  /// convolution that leaves its bias to this saves a pass over its output and a slow one over its gradient.
  package func joined(bias: Tensor?, _ other: Tensor) throws -> Tensor {
    try .make { ctorch_join_channels(handle, bias?.handle, other.handle, $0) }
  }

  /// Means of adjacent boxes of `kernel` voxels; an incomplete box at the end of an axis is dropped.
  package func averagePooled(_ kernel: [Int]) throws -> Tensor {
    let kernel = three(kernel)
    return try .make { ctorch_average_pool3d(handle, kernel, $0) }
  }

  package func sigmoid() throws -> Tensor { try .make { ctorch_sigmoid(handle, $0) } }
  package func softmax(axis: Int) throws -> Tensor { try .make { ctorch_softmax(handle, Int32(axis), $0) } }
  package func sum() throws -> Tensor { try .make { ctorch_sum(handle, $0) } }
  package func mean() throws -> Tensor { try .make { ctorch_mean(handle, $0) } }

  package func flipped(axes: [Int]) throws -> Tensor {
    let axes = axes.map(Int64.init)
    return try .make { ctorch_flip(handle, axes, Int32(axes.count), $0) }
  }
}

func three(_ values: [Int]) -> [Int64] {
  precondition(values.count == 3, "expected one value for each of three axes, found \(values.count)")
  return values.map(Int64.init)
}
