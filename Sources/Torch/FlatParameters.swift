import CTorch

/// Parameters that share one flat float32 buffer, and their gradients another of the same layout.
///
/// A bucket of gradients for the all-reduce, the norm for clipping and an optimiser's step are then each one pass over
/// contiguous memory. Parameters keep their identity: networks continue to use the same `Tensor`s. `backward` adds into
/// the flat gradients in place. Every parameter starts on a 64-byte boundary; the padding between stays zero.
package final class FlatParameters: Sendable {
  package let parameters: [Parameter]
  /// Element range of each parameter in `values` and `gradients`.
  package let ranges: [Range<Int>]
  /// One-dimensional, float32, `flatCount` elements.
  package let values: Tensor
  package let gradients: Tensor
  package let device: Device

  /// Elements in 64 bytes.
  private static let alignment = 16

  /// - Parameter parameters: leaves in the order in which the forward pass uses them, not flat yet.
  package init(_ parameters: [Parameter], device: Device = .cpu) throws {
    var ranges: [Range<Int>] = []
    var end = 0
    for parameter in parameters {
      let count = parameter.tensor.count
      ranges.append(end..<(end + count))
      end += (count + Self.alignment - 1) / Self.alignment * Self.alignment
    }
    self.parameters = parameters
    self.ranges = ranges
    self.device = device
    values = try .zeros([end], device: device)
    gradients = try .zeros([end], device: device)
    for (parameter, range) in zip(parameters, ranges) {
      try parameter.tensor.requireGradient()
      try check(
        ctorch_make_flat(parameter.tensor.handle, values.handle, gradients.handle, Int64(range.lowerBound)))
    }
  }

  /// Number of elements in the flat buffers, padding included.
  package var flatCount: Int { values.count }

  /// Number of trained values.
  package var count: Int { ranges.reduce(0) { $0 + $1.count } }

  /// Whether no value is infinite or NaN.
  package func areFinite() throws -> Bool {
    var norm = 0.0
    try check(ctorch_norm(values.handle, &norm))
    return norm.isFinite
  }

  package func zeroGradients() throws { try gradients.fill(0) }

  /// Scales the gradients down to a Euclidean norm of at most `limit`, as `torch.nn.utils.clip_grad_norm_` does.
  ///
  /// - Returns: the norm before; when it is not finite the gradients are left unchanged.
  package func clipGradients(toNorm limit: Double) throws -> Double {
    var norm = 0.0
    try check(ctorch_norm(gradients.handle, &norm))
    let factor = limit / (norm + 1e-6)
    if norm.isFinite && factor < 1 { try gradients.scale(by: factor) }
    return norm
  }
}
