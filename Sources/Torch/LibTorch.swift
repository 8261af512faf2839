import CTorch

/// The library as a whole: which one is loaded, and its settings for the process.
package enum LibTorch {
  /// The version of libtorch this was compiled with, such as `2.13.0`.
  package static var compiledVersion: String { String(cString: ctorch_compiled_version()) }

  /// The version of the libtorch that the process has loaded; `compiledVersion` where libtorch does not say.
  package static var loadedVersion: String {
    let version = text { ctorch_loaded_version($0, $1) } ?? ""
    return version.isEmpty ? compiledVersion : version
  }

  /// The directory of the loaded libtorch, nil where the loader does not say.
  package static var directory: String? {
    text { ctorch_library_directory($0, $1) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Loads libtorch's part for CUDA if it lies beside the loaded libtorch. Asking for a CUDA device does this too.
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

// MARK: Threads

extension LibTorch {
  /// How many threads one operator may use, from now on and on whatever thread it is called.
  ///
  /// Results are the same bits for the same count; another count may sum in another order.
  ///
  /// - Throws: `TorchError` of kind `invalidArgument` for a count below 1.
  package static func setThreads(_ count: Int) throws {
    try check(ctorch_set_threads(Int32(clamping: count)))
  }

  package static func threads() throws -> Int {
    var count: Int32 = 0
    try check(ctorch_get_threads(&count))
    return Int(count)
  }

  /// Runs `body` with operators limited to this thread: several threads that each prepare samples would otherwise each
  /// start workers of their own. Sums are the same bits on whatever thread `body` runs.
  package static func onOneThread<Result>(_ body: () throws -> Result) throws -> Result {
    var previous: Int32 = 0
    try check(ctorch_limit_thread(1, &previous))
    defer {
      var ignored: Int32 = 0
      _ = ctorch_limit_thread(previous, &ignored)
    }
    return try body()
  }
}

// MARK: Memory

extension LibTorch {
  /// Tensors that exist in the process, for leak tests.
  package static var liveTensorCount: Int { Int(ctorch_live_tensor_count()) }

  /// Lets the allocator keep the memory of freed tensors for the next ones.
  ///
  /// By default the C library maps every large tensor anew and unmaps it when it is freed, so each pass of a network pays
  /// for zeroing its memory again: a third of a training step at 48³ was spent there. Call it before the first tensor is
  /// made; where the C library has no such setting it does nothing.
  package static func keepFreedMemory() { ctorch_keep_freed_memory() }

  /// Undoes `keepFreedMemory` and returns the memory that was kept to the system, for work that needs little memory of its
  /// own and must stay within a limit.
  package static func returnFreedMemory() { ctorch_return_freed_memory() }
}
