import Foundation
import Scratch

/// How a program that a test started ended.
package struct Ending: Sendable {
  /// Exit code; 128 + n after signal n.
  package let code: Int32
  package let output: String
  package let errors: String
  /// Whether the test's own time limit ended it.
  package let timedOut: Bool
}

/// A program that a test started, with its output in files so that no pipe can fill up.
package final class Running: @unchecked Sendable {
  /// How long a test waits for a program that hangs: long, since machines may be busy, and no sound test waits for it.
  package static let patienceInSeconds = 300.0

  package let identifier: pid_t
  private let directory: ScratchDirectory
  /// The status that `waitpid` gave once the program had ended.
  private var status: Int32?

  /// - Parameter arguments: the program (looked up in PATH when it has no slash) and its arguments.
  package init(_ arguments: [String], environment: [String: String] = [:]) throws {
    directory = try ScratchDirectory()
    let everything = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, directory.file("output"), O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, directory.file("errors"), O_WRONLY | O_CREAT, 0o600)
    // Threads of a test block signals, which a program that is to be sent some must not inherit.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let argumentPointers = arguments.map { strdup($0) } + [nil]
    let environmentPointers = everything.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (argumentPointers + environmentPointers).forEach { free($0) } }
    var started: pid_t = 0
    let code = posix_spawnp(&started, arguments[0], &actions, &attributes, argumentPointers, environmentPointers)
    if code != 0 { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO) }
    identifier = started
  }

  package var isRunning: Bool {
    if status != nil { return false }
    var found: Int32 = 0
    if waitpid(identifier, &found, WNOHANG) == identifier { status = found }
    return status == nil
  }

  /// What it has written to standard output until now.
  package var outputSoFar: String { (try? String(contentsOfFile: directory.file("output"), encoding: .utf8)) ?? "" }

  /// What it has written to standard error until now.
  package var errorsSoFar: String { (try? String(contentsOfFile: directory.file("errors"), encoding: .utf8)) ?? "" }

  package func send(_ signal: Int32) {
    if isRunning { kill(identifier, signal) }
  }

  /// Waits until the program has ended; ends it, and what `mpirun` started for it, after `timeLimit` seconds.
  package func wait(timeLimit: Double = Running.patienceInSeconds) -> Ending {
    let timedOut = !hasEnded(withinSeconds: timeLimit)
    if timedOut {
      // mpirun takes its ranks along when it is terminated.
      send(SIGTERM)
      if !hasEnded(withinSeconds: 10) { send(SIGKILL) }
      while isRunning { usleep(5000) }
    }
    // Exit code or signal as `WEXITSTATUS` and `WTERMSIG`, macros that Swift does not import, would give.
    let signal = status! & 0x7f
    return Ending(
      code: signal == 0 ? (status! >> 8) & 0xff : 128 + signal,
      output: (try? String(contentsOfFile: directory.file("output"), encoding: .utf8)) ?? "",
      errors: (try? String(contentsOfFile: directory.file("errors"), encoding: .utf8)) ?? "", timedOut: timedOut)
  }

  /// Waits until `condition` holds; asks every few milliseconds.
  ///
  /// - Returns: false when the program has ended, or `timeLimit` seconds have passed, before it held.
  package func wait(timeLimit: Double = Running.patienceInSeconds, until condition: () -> Bool) -> Bool {
    let deadline = Date(timeIntervalSinceNow: timeLimit)
    while isRunning && Date() < deadline {
      if condition() { return isRunning }
      usleep(2000)
    }
    return false
  }

  /// Sends `signal` as soon as `condition` holds, and waits for the end.
  ///
  /// - Returns: how the program ended, and whether the signal stopped it: a test of crashes in which none did has tested
  ///   nothing. It is false when the program had ended, or done all its work, before the signal came.
  package func stop(with signal: Int32, once condition: () -> Bool) -> (ending: Ending, wasStopped: Bool) {
    let isReached = wait(until: condition)
    if isReached { send(signal) }
    let ending = wait()
    return (ending, isReached && !ending.timedOut && ending.code != 0)
  }

  private func hasEnded(withinSeconds seconds: Double) -> Bool {
    let deadline = Date(timeIntervalSinceNow: seconds)
    while isRunning {
      if Date() > deadline { return false }
      usleep(5000)
    }
    return true
  }
}

/// The arguments that start `program` on `ranks` ranks: directly for 0, otherwise through mpirun, as root, on machines
/// with fewer cores than ranks, without binding.
package func launch(ranks: Int, _ program: String, _ arguments: [String]) -> [String] {
  if ranks == 0 { return [program] + arguments }
  return ["mpirun", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-n", "\(ranks)", program]
    + arguments
}

/// Waits until no process has `text` in its arguments any more: ranks whose mpirun was killed end by themselves, but only
/// when they notice.
///
/// - Returns: whether they ended within `timeLimit` seconds.
package func waitForOrphans(naming text: String, timeLimit: Double = Running.patienceInSeconds) -> Bool {
  let deadline = Date(timeIntervalSinceNow: timeLimit)
  func isAlive(_ process: String) -> Bool {
    guard Int(process) != nil, let arguments = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") else {
      return false
    }
    return arguments.range(of: Data(text.utf8)) != nil
  }
  while ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).contains(where: isAlive) {
    if Date() > deadline { return false }
    usleep(20_000)
  }
  return true
}

/// A program that the package builds, beside the test's own executable.
package func builtProgram(_ name: String) -> String {
  let tests = Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
  return tests.deletingLastPathComponent().appendingPathComponent(name).path
}
