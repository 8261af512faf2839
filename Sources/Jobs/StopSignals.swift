import Foundation
import Synchronization

/// Whether this process was asked to stop early: by SIGTERM, SIGUSR1 or a time limit.
///
/// 1. The first signal sets a flag that loops poll with `isStopRequested`; they finish what they have started and save.
/// 2. A second signal ends the process at once with exit code 75; journals and published files survive that.
/// 3. Open MPI's mpirun (4.1, measured) forwards SIGUSR1 to every rank and keeps running, so that is the signal for a
///    graceful stop of a job under mpirun, which then returns 75. SIGTERM sent to mpirun reaches the ranks after
///    `odls_base_sigkill_timeout` (one second), and whatever is still running after the same time again is killed;
///    raising it only delays both. mpirun then returns 1. Only the units in progress are lost.
public final class StopSignals: Sendable {
  private let deadline: ContinuousClock.Instant?
  private let maxHours: Double?
  private let request = Mutex<String?>(nil)

  /// - Parameter maxHours: time limit in hours, counted from the start of the program; nil for none.
  package init(maxHours: Double? = nil) {
    self.maxHours = maxHours
    deadline = maxHours.map { processStart.advanced(by: .seconds($0 * 3600)) }
  }

  /// Installs the signal handlers; to be called by the program at startup, not by libraries.
  package static func catchSignals() {
    _ = processStart
    // The parent process may have blocked them.
    var caught = sigset_t()
    sigemptyset(&caught)
    sigaddset(&caught, SIGTERM)
    sigaddset(&caught, SIGUSR1)
    pthread_sigmask(SIG_UNBLOCK, &caught, nil)
    for number in [SIGTERM, SIGUSR1] {
      signal(number) { number in
        // Only an atomic store and _exit: both are async-signal-safe.
        if caughtSignal.compareExchange(expected: 0, desired: number, ordering: .relaxed).exchanged { return }
        _exit(75)
      }
    }
  }

  /// Requests a stop from inside the program.
  package func requestStop(_ reason: String) {
    request.withLock { $0 = $0 ?? reason }
  }

  package var isStopRequested: Bool { reason != nil }

  /// The reason to stop, for the end of a sentence; nil if there is none.
  package var reason: String? {
    switch caughtSignal.load(ordering: .relaxed) {
    case 0: break
    case SIGTERM: return "stopped by SIGTERM"
    case SIGUSR1: return "stopped by SIGUSR1"
    default: return "stopped by a signal"
    }
    if let deadline, let maxHours, ContinuousClock.now >= deadline {
      return "stopped by the time limit of \(maxHours) hours"
    }
    return request.withLock { $0 }
  }
}

private let caughtSignal = Atomic<Int32>(0)
private let processStart = ContinuousClock.now
