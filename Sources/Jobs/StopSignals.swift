import Foundation
import MPI
import Synchronization

/// Whether this process was asked to stop early: by a signal or a time limit.
///
/// 1. The signals are SIGINT (Ctrl-C), SIGTERM, SIGUSR1, and SIGHUP (the terminal was closed). They are caught from the
///    first statement of the program on; where it replaces itself by another one, they wait until that has begun.
/// 2. While a loop asks `isStopRequested` (`whilePolled`), the first signal sets a flag: the loop finishes what it has
///    started and saves. A second signal ends the process at once.
/// 3. At any other time, while inputs are opened or a network is loaded, the first signal already ends the process at
///    once: what is on disk is whole at every moment, so waiting would gain nothing.
/// 4. Either way the exit code is 75, and the same command resumes.
/// 5. Open MPI's mpirun (4.1, measured) forwards SIGUSR1 to every rank and keeps running, so that is the signal for a
///    graceful stop of a job under mpirun, which then returns 75. Of SIGINT (Ctrl-C), SIGTERM and SIGHUP sent to mpirun
///    itself, the ranks see a SIGTERM, and whatever is still running a second later
///    (`odls_base_sigkill_timeout`) is killed; mpirun then returns 1. Only the units in progress are lost.
public final class StopSignals: Sendable {
  private let deadline: ContinuousClock.Instant?
  private let maxHours: Double?
  private let request = Mutex<String?>(nil)

  /// - Parameter maxHours: time limit in hours, counted from the start of the program; nil for none.
  package init(maxHours: Double? = nil) {
    self.maxHours = maxHours
    deadline = maxHours.map { processStart.advanced(by: .seconds($0 * 3600)) }
  }

  private static let caught = [SIGTERM, SIGUSR1, SIGINT, SIGHUP]

  /// Installs the signal handlers; the first thing a program does, and nothing for libraries to do.
  package static func catchSignals() {
    _ = processStart
    // Everything the handler uses exists from here on.
    pollingLoops.store(0, ordering: .relaxed)
    isSilent.store((Launcher.rank ?? 0) != 0, ordering: .relaxed)
    isLaunched.store(Launcher.rank != nil, ordering: .relaxed)
    _ = caughtSignal.load(ordering: .relaxed)
    for number in caught {
      // `nohup` ignores SIGHUP, and means it. A shell without job control ignores SIGINT for what runs in its
      // background, where it is nevertheless sent on purpose.
      if number == SIGHUP, isIgnored(number) { continue }
      signal(number) { number in
        // Only atomics, write and _exit: all are async-signal-safe.
        let isFirst = caughtSignal.compareExchange(expected: 0, desired: number, ordering: .relaxed).exchanged
        if isFirst, pollingLoops.load(ordering: .relaxed) > 0 { return }
        // A SIGTERM from mpirun ends this rank because another has failed, or says so itself.
        if isFirst, !isSilent.load(ordering: .relaxed), number != SIGTERM || !isLaunched.load(ordering: .relaxed) {
          let text: StaticString = "sheaf: stopped by a signal; run the same command again to resume\n"
          _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
        }
        _exit(75)
      }
    }
    // Writing beyond the file-size limit (`ulimit -f`) then fails with EFBIG, which becomes a sentence.
    signal(SIGXFSZ, SIG_IGN)
    // The parent process, or `hold`, may have blocked them; one that waits is delivered now.
    setBlocked(false)
  }

  /// Lets signals wait: before this process becomes another program, whose `catchSignals` delivers them. A handler does
  /// not survive that, and a signal without one would kill the process.
  package static func hold() { setBlocked(true) }

  /// Runs a loop that asks `isStopRequested`, or hands the question on to its units, until it ends.
  package static func whilePolled<Result>(_ loop: () throws -> Result) rethrows -> Result {
    pollingLoops.wrappingAdd(1, ordering: .relaxed)
    defer { pollingLoops.wrappingSubtract(1, ordering: .relaxed) }
    return try loop()
  }

  /// The program has said how it ends, and ends: a first signal is too late to change that. mpirun sends one to ranks that
  /// leave a little later than others.
  package static func beginLeaving() { pollingLoops.wrappingAdd(1, ordering: .relaxed) }

  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    // A C union: the address of a handler, or a small number for SIG_DFL and SIG_IGN.
    return sigaction(number, nil, &action) == 0
      && unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
  }

  private static func setBlocked(_ isBlocked: Bool) {
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in caught { sigaddset(&signals, number) }
    pthread_sigmask(isBlocked ? SIG_BLOCK : SIG_UNBLOCK, &signals, nil)
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
    case SIGINT: return "stopped by SIGINT (Ctrl-C)"
    case SIGHUP: return "stopped by SIGHUP (the terminal was closed)"
    default: return "stopped by a signal"
    }
    if let deadline, let maxHours, ContinuousClock.now >= deadline {
      return "stopped by the time limit of \(maxHours) hours"
    }
    return request.withLock { $0 }
  }
}

private let caughtSignal = Atomic<Int32>(0)
private let pollingLoops = Atomic<Int32>(0)
/// Whether another rank says what happened.
private let isSilent = Atomic<Bool>(false)
private let isLaunched = Atomic<Bool>(false)
private let processStart = ContinuousClock.now
