import CTorch

/// A TorchScript module: a network with its weights and code in one file, from any project.
///
/// The code runs in TorchScript's interpreter, which can write files: use modules from people you trust.
package final class ScriptModule: @unchecked Sendable {
  private let handle: OpaquePointer

  /// - Throws: `TorchError` of kind `file` when the file is missing or not a TorchScript archive.
  package init(path: String, device: Device = .cpu) throws {
    var out: OpaquePointer?
    try check(ctorch_module_load(path, device.name, &out))
    guard let out else { preconditionFailure("the shim reported success without a module") }
    handle = out
  }

  deinit { ctorch_module_free(handle) }

  /// Runs the module on (batch, channel, z, y, x); of several results the first is returned.
  ///
  /// - Throws: `TorchError` of kind `script` when its code fails or returns something other than a tensor.
  package func forward(_ input: Tensor) throws -> Tensor {
    try .make { ctorch_module_forward(handle, input.handle, $0) }
  }

  /// How many parameters have infinite values or NaN, and the name of the first.
  package func parametersNotFinite() throws -> (count: Int, first: String) {
    var count: Int32 = 0
    var name = [CChar](repeating: 0, count: 512)
    try check(ctorch_module_not_finite(handle, &count, &name, name.count))
    return (Int(count), name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) })
  }
}
