import CTorch

/// The library as a whole: which one is loaded, and its settings for the process.
package enum LibTorch {
  /// The version of libtorch this was compiled with, such as `2.13.0`.
  package static var compiledVersion: String { String(cString: ctorch_compiled_version()) }

  /// The version of the libtorch that the process has loaded; that it was compiled with where libtorch does not say.
  package static var loadedVersion: String {
    let version = text { ctorch_loaded_version($0, $1) } ?? ""
    return version.isEmpty ? compiledVersion : version
  }

  /// The directory of the loaded libtorch, nil where the loader does not say.
  package static var directory: String? {
    text { ctorch_library_directory($0, $1) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Loads libtorch's part for CUDA where it lies beside the loaded libtorch. Asking for a CUDA device does this too.
  ///
  /// - Returns: whether it is loaded; false for a libtorch without CUDA.
  /// - Throws: `TorchError` of kind `device` when it is there but cannot be loaded.
  @discardableResult
  package static func loadCUDA() throws -> Bool {
    var loaded: Int32 = 0
    try check(ctorch_load_cuda(&loaded))
    return loaded != 0
  }

  private static func text(_ body: (UnsafeMutablePointer<CChar>, Int) -> CTorchStatus) -> String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    guard body(&buffer, buffer.count) == CTorchStatus(CTORCH_OK) else { return nil }
    return buffer.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }
}
