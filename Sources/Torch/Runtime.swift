import CTorch

extension LibTorch {
  /// Tensors that exist in the process, for leak tests.
  package static var liveTensorCount: Int { Int(ctorch_live_tensor_count()) }

  /// How many threads one operator may use, from now on and on whatever thread it is called.
  ///
  /// Results are the same bits for the same count; another count may sum in another order.
  package static func setThreads(_ count: Int) throws {
    try check(ctorch_set_threads(Int32(clamping: count)))
  }

  package static func threads() throws -> Int {
    var count: Int32 = 0
    try check(ctorch_get_threads(&count))
    return Int(count)
  }

  /// Runs `body`, whose operators take this thread alone: several threads that each make samples would otherwise start
  /// workers of their own each. What is summed up is the same bits on whatever thread `body` runs.
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

/// Runs `body` without recording what autograd would need, on this thread.
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
