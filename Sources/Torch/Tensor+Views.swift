import CTorch

extension Tensor {
  /// This tensor itself if type and device are these already.
  package func to(_ type: ScalarType, device: Device? = nil) throws -> Tensor {
    let target = try device ?? self.device()
    return try .make { ctorch_tensor_to(handle, type.code, target.name, $0) }
  }

  package func to(_ device: Device) throws -> Tensor { try to(scalarType(), device: device) }

  /// The order of a volume's elements in memory; speed depends on it, results do not.
  package enum Layout: Sendable {
    /// x fastest.
    case planar
    /// Channels fastest.
    case channelsLast
  }

  /// A copy in the given layout, or this tensor itself if it has it.
  package func arranged(_ layout: Layout) throws -> Tensor {
    try .make { ctorch_tensor_layout(handle, layout == .channelsLast ? 1 : 0, $0) }
  }

  package func clone() throws -> Tensor { try .make { ctorch_tensor_clone(handle, $0) } }

  /// The same elements, detached from the autograd graph.
  package func detached() throws -> Tensor { try .make { ctorch_tensor_detach(handle, $0) } }

  /// A view of `range` along `axis`.
  package func narrowed(_ axis: Int, _ range: Range<Int>) throws -> Tensor {
    try .make { ctorch_tensor_narrow(handle, Int32(axis), Int64(range.lowerBound), Int64(range.count), $0) }
  }

  /// A view of a one-dimensional tensor with any sizes and strides, counted in elements; nothing is copied.
  ///
  /// - Throws: `TorchError` when the view would reach beyond the tensor.
  package func strided(_ shape: [Int], strides: [Int], offset: Int) throws -> Tensor {
    let (sizes, steps) = (shape.map(Int64.init), strides.map(Int64.init))
    return try .make { ctorch_tensor_strided(handle, sizes, steps, Int32(sizes.count), Int64(offset), $0) }
  }

  /// Overwrites the elements in place with those of `other`, converted; not recorded by autograd.
  package func copy(from other: Tensor) throws { try check(ctorch_tensor_copy(handle, other.handle)) }

  /// Sets every element in place; not recorded by autograd.
  package func fill(_ value: Double) throws { try check(ctorch_tensor_fill(handle, value)) }

  /// Multiplies every element in place; not recorded by autograd.
  package func scale(by factor: Double) throws { try check(ctorch_tensor_scale(handle, factor)) }

  /// Moves every element in place by `share` of the way to that of `other`; not recorded by autograd.
  package func move(towards other: Tensor, by share: Double) throws {
    try check(ctorch_tensor_interpolate(handle, other.handle, share))
  }
}
