import Foundation

/// Starts a thread with an 8 MiB stack, the size of a main thread's: recursive C libraries rely on it, and Foundation's
/// default is sixteen times smaller.
package func startThread(_ body: @escaping @Sendable () -> Void) {
  let thread = Thread(block: body)
  thread.stackSize = 8 << 20
  thread.start()
}
