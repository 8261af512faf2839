import Foundation

/// Excludes other processes for as long as it lives: an advisory lock on a dedicated file, released when the process
/// ends for whatever reason. The file is not removed, because that could pull it from under another process's lock.
package final class FileLock: Sendable {
  private let descriptor: Int32

  /// Waits for the lock, because a process that was just killed may take a moment to release it.
  ///
  /// - Returns: nil when another process still holds it after `patienceInSeconds`. Some cluster file systems do not
  ///   support locks; there every call succeeds.
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

/// Locks an open file against all other processes.
///
/// - Returns: false when another process has locked it. Some cluster file systems do not support locks; there the
///   result is always true, and only the user can prevent a second run.
package func lockIfFree(_ descriptor: Int32) -> Bool {
  flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK && errno != EINTR
}
