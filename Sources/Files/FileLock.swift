import Foundation
import Synchronization

/// Excludes other processes for as long as it lives: an advisory lock on a dedicated file, released when the process
/// ends for whatever reason.
///
/// The file of a temporary lock is removed with it. A process that waited for that file finds, once it has the lock,
/// that its path leads elsewhere, and begins again; so no two processes hold locks on different files of one name.
package final class FileLock: Sendable {
  private let descriptor: Int32
  private let isHeld = Atomic(true)
  /// The file to be removed.
  private let temporaryPath: String?

  /// Waits for the lock, because a process that was just killed may take a moment to release it.
  ///
  /// - Parameter isTemporary: whether the file is removed with the lock; for all processes that use it alike.
  /// - Returns: nil when another process still holds it after `patienceInSeconds`. Some cluster file systems do not
  ///   support locks; there every call succeeds.
  /// - Throws: `Fault.cannotCreate` when the file cannot be written.
  package init?(_ path: String, patienceInSeconds: Double = 5, isTemporary: Bool = false) throws {
    let deadline = ContinuousClock.now + .seconds(patienceInSeconds)
    while true {
      let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
      if opened < 0 { throw Fault.cannotCreate("cannot write \(path): \(systemErrorText())") }
      if lockIfFree(opened) {
        if isTemporary && !isAt(path, opened) {
          close(opened)
          continue
        }
        descriptor = opened
        temporaryPath = isTemporary ? path : nil
        return
      }
      close(opened)
      if ContinuousClock.now >= deadline { return nil }
      usleep(50_000)
    }
  }

  deinit { release() }

  /// Ends the lock before its object.
  package func release() {
    guard isHeld.exchange(false, ordering: .relaxed) else { return }
    if let temporaryPath { unlink(temporaryPath) }
    close(descriptor)
  }
}

/// Whether the file that is open is the one at `path`.
private func isAt(_ path: String, _ descriptor: Int32) -> Bool {
  var status = stat()
  return fstat(descriptor, &status) == 0 && FileIdentity(status) == FileIdentity(of: path)
}

/// Locks an open file against all other processes.
///
/// - Returns: false when another process has locked it. Some cluster file systems do not support locks; there the
///   result is always true, and only the user can prevent a second run.
package func lockIfFree(_ descriptor: Int32) -> Bool {
  flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK && errno != EINTR
}
