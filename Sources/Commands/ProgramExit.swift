import ArgumentParser
import Files
import Foundation
import Jobs
import MPI
import Synchronization

/// How the program ends: what it prints, once for all ranks where that is possible, and its exit code.
package enum ProgramExit {
  /// Ranks that failed meet here; nil before MPI has started.
  private static let meeting = Mutex<Communicator?>(nil)
  /// How long ranks that fail wait for the others to fail too.
  private static let patienceInSeconds = 2.0
  private static var launcherRank: Int { Launcher.rank ?? 0 }

  /// Where rank 0 repeats the warnings.
  private static let console = Mutex<Console?>(nil)

  /// Called once by `RunContext.start`.
  static func prepare(_ communicator: Communicator, _ console: Console) {
    meeting.withLock { $0 = communicator }
    self.console.withLock { $0 = console }
  }

  /// After a command that every rank has finished. With `--strict` a warning that nobody could raise before the output
  /// was whole still makes the exit code that of an error.
  static func succeed() -> Never {
    StopSignals.beginLeaving()
    if let communicator = meeting.withLock({ $0 }), let console = console.withLock({ $0 }) {
      do {
        try console.settleWarnings(communicator)
      } catch {
        fail(error)
      }
    }
    repeatWarnings()
    leaveTogether(EXIT_SUCCESS)
  }

  private static func repeatWarnings() {
    if launcherRank == 0 { console.withLock { $0 }?.repeatWarnings() }
  }

  /// Ends with a line on standard output, before MPI has started.
  static func print(_ line: String) -> Never {
    if launcherRank == 0 && !writeText(line + "\n", to: STDOUT_FILENO) {
      complain("cannot write to standard output: \(systemErrorText())")
      exit(Fault.Kind.io.rawValue)
    }
    exit(EXIT_SUCCESS)
  }

  /// Help, or a command line that cannot be understood: the same on every rank, before MPI has started.
  static func refuse(_ error: any Error) -> Never {
    let code = SheafCommand.exitCode(for: error).rawValue
    if launcherRank != 0 {
      // Rank 0 speaks first, and its exit ends the others; if its command line is another one, it must not wait for them.
      if code != EXIT_SUCCESS { usleep(UInt32(patienceInSeconds * 1e6)) }
      exit(code)
    }
    if code == EXIT_SUCCESS { SheafCommand.exit(withError: error) }
    _ = writeText(ArgumentForms.fullMessage(for: error) + "\n", to: STDERR_FILENO)
    exit(code)
  }

  /// After a command that threw.
  package static func fail(_ error: any Error) -> Never {
    StopSignals.beginLeaving()
    switch error {
    case is DryRunEnd:
      repeatWarnings()
      leaveTogether(EXIT_SUCCESS)
    case let fault as Fault: fail(fault.message, fault.kind.rawValue, isOnEveryRank: fault.isOnEveryRank)
    case let error as any FaultConvertible: fail(error.fault.message, error.fault.kind.rawValue)
    case is MPIError: fail("\(error)", Fault.Kind.bug.rawValue)
    default: break
    }
    switch SheafCommand.exitCode(for: error) {
    case .success: refuse(error)
    case .validationFailure: fail(SheafCommand.message(for: error), ExitCode.validationFailure.rawValue)
    default:
      let fault = Fault(describing: error)
      fail(fault.message, fault.kind.rawValue)
    }
  }

  private static func fail(_ message: String, _ code: Int32, isOnEveryRank: Bool = false) -> Never {
    if isOnEveryRank || everyRankFails() {
      if launcherRank == 0 {
        // Other errors come soon after the plan, where the warnings still stand, or name the one that is their cause.
        if code == Fault.Kind.stopped.rawValue { repeatWarnings() }
        complain(message)
      }
      leaveTogether(code)
    }
    // Others may be waiting for this rank, so the whole job has to end.
    complain(message)
    Communicator.abort(code)
  }

  /// Whether all ranks come to fail within a moment, as they do over a bad argument or a missing input.
  private static func everyRankFails() -> Bool {
    if let communicator = meeting.withLock({ $0 }) {
      return (try? communicator.barrier(givingUpAfter: patienceInSeconds)) ?? false
    }
    // Before MPI ranks cannot meet; rank 0 speaks first, and its exit ends the others.
    if launcherRank != 0 { usleep(UInt32(patienceInSeconds * 1e6)) }
    return false
  }

  /// Waits for the other ranks, all of which come here, and ends.
  private static func leaveTogether(_ code: Int32) -> Never {
    do {
      try Communicator.finalize()
    } catch {
      complain("\(error)")
      exit(Fault.Kind.bug.rawValue)
    }
    exit(code)
  }

  private static func complain(_ message: String) {
    Console.standardError.line("sheaf: \(message)")
  }
}
