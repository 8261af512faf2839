import Foundation

/// Keeps other processes away for as long as it lives: an advisory lock on a file of its own, which ends with the process
/// however that ends. The file stays, because removing it could take it from under another's lock.
package final class FileLock: Sendable {
  private let descriptor: Int32

  /// Waits for the file to be free, because a process that was just killed may take a moment to let go of it.
  ///
  /// - Returns: nil when another process still holds it after `patienceInSeconds`. Some cluster file systems have no locks;
  ///   there every call succeeds.
  /// - Throws: `Fault.cannotCreate` when the file cannot be written.
  package init?(_ path: String, patienceInSeconds: Double = 5) throws {
    let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    if opened < 0 { throw Fault.cannotCreate("cannot write \(path): \(systemErrorText())") }
    let deadline = ContinuousClock.now + .seconds(patienceInSeconds)
    while !lockIfFree(opened) {
      if ContinuousClock.now >= deadline {
        close(opened)
        return nil
      }
      usleep(50_000)
    }
    descriptor = opened
  }

  deinit { close(descriptor) }
}

/// Locks an open file against every other process, unless one has locked it.
///
/// - Returns: false when one has. Some cluster file systems have no locks; there it is true, and nothing keeps a second
///   run out but the user.
package func lockIfFree(_ descriptor: Int32) -> Bool {
  flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK && errno != EINTR
}
