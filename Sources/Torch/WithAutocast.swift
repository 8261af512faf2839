import CTorch

/// Runs `body` with autocast to `precision` on this thread: convolutions run in it, reductions that need more precision
/// stay in float32.
package func withAutocast<Result>(
  _ precision: Precision, on device: Device = .cpu, arithmetic: BFloat16Arithmetic = .ofThisProcessor,
  _ body: () throws -> Result
) throws -> Result {
  guard precision == .bfloat16 else { return try body() }
  var enabled: Int32 = 0
  var type: Int32 = 0
  try check(ctorch_autocast_begin(device.name, ScalarType.bfloat16.code, &enabled, &type))
  defer { _ = ctorch_autocast_end(device.name, enabled, type) }
  var wide: Int32 = 0
  try check(ctorch_set_wide_convolutions(arithmetic == .wide ? 1 : 0, &wide))
  defer {
    var ignored: Int32 = 0
    // Restoring a thread-local flag cannot fail.
    _ = ctorch_set_wide_convolutions(wide, &ignored)
  }
  return try body()
}

/// Runs `body` without autocast on this thread, also inside `withAutocast`.
package func withoutAutocast<Result>(on device: Device = .cpu, _ body: () throws -> Result) throws -> Result {
  var enabled: Int32 = 0
  var type: Int32 = 0
  // The shim turns autocast off only by restoring a state in which it was off.
  try check(ctorch_autocast_begin(device.name, ScalarType.bfloat16.code, &enabled, &type))
  try check(ctorch_autocast_end(device.name, 0, type))
  defer {
    var ignored: (Int32, Int32) = (0, 0)
    _ = ctorch_autocast_begin(device.name, ScalarType.bfloat16.code, &ignored.0, &ignored.1)
    _ = ctorch_autocast_end(device.name, enabled, type)
  }
  return try body()
}
