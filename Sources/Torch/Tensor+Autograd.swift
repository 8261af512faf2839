import CTorch

extension Tensor {
  /// Makes a leaf of the autograd graph, whose gradient `backward` accumulates.
  package func requireGradient(_ required: Bool = true) throws {
    try check(ctorch_requires_gradient(handle, required ? 1 : 0))
  }

  /// Adds the gradient of this scalar to that of every leaf it depends on.
  ///
  /// - Throws: `TorchError` when this is not a scalar or depends on no leaf, or when memory runs out.
  package func backward() throws { try check(ctorch_backward(handle)) }

  /// The gradient that a leaf has accumulated, nil for none.
  package func gradient() throws -> Tensor? {
    var out: OpaquePointer?
    try check(ctorch_gradient(handle, &out))
    return out.map(Tensor.init(handle:))
  }
}

/// Runs `body` without recording for autograd, on this thread.
package func withoutGradients<Result>(_ body: () throws -> Result) throws -> Result {
  var previous: Int32 = 0
  try check(ctorch_set_gradients_enabled(0, &previous))
  defer {
    var ignored: Int32 = 0
    // Restoring a thread-local flag cannot fail.
    _ = ctorch_set_gradients_enabled(previous, &ignored)
  }
  return try body()
}
