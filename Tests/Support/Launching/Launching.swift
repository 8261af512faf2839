import Foundation

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
  private let process = Process()
  private let directory: String

  /// - Parameter arguments: the program (looked up in PATH when it has no slash) and its arguments.
  package init(_ arguments: [String], environment: [String: String] = [:]) throws {
    directory = try temporaryDirectory()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try Running.outputFile(outputPath)
    process.standardError = try Running.outputFile(errorsPath)
    try process.run()
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  private var outputPath: String { directory + "/output" }
  private var errorsPath: String { directory + "/errors" }

  private static func outputFile(_ path: String) throws -> FileHandle {
    FileManager.default.createFile(atPath: path, contents: nil)
    return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
  }

  package var identifier: Int32 { process.processIdentifier }
  package var isRunning: Bool { process.isRunning }

  package func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// Waits until the program has ended; kills it, and what `mpirun` started for it, after `timeLimit` seconds.
  package func wait(timeLimit: Double = 60) -> Ending {
    let deadline = Date(timeIntervalSinceNow: timeLimit)
    while process.isRunning && Date() < deadline { usleep(5000) }
    let timedOut = process.isRunning
    if timedOut {
      // mpirun takes its ranks along when it is terminated, but not when it is killed.
      send(SIGTERM)
      let lastMoment = Date(timeIntervalSinceNow: 5)
      while process.isRunning && Date() < lastMoment { usleep(5000) }
      if process.isRunning { send(SIGKILL) }
    }
    process.waitUntilExit()
    let code = process.terminationStatus
    return Ending(
      code: process.terminationReason == .uncaughtSignal ? 128 + code : code,
      output: (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "",
      errors: (try? String(contentsOfFile: errorsPath, encoding: .utf8)) ?? "", timedOut: timedOut)
  }
}

/// The arguments that start `program` on `ranks` ranks: directly for 0, otherwise through mpirun, as root, on machines
/// with fewer cores than ranks, without binding.
package func launch(ranks: Int, _ program: String, _ arguments: [String]) -> [String] {
  if ranks == 0 { return [program] + arguments }
  return ["mpirun", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-n", "\(ranks)", program]
    + arguments
}

/// A program that the package builds, beside the test's own executable.
package func builtProgram(_ name: String) -> String {
  let tests = Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
  return tests.deletingLastPathComponent().appendingPathComponent(name).path
}

/// A fresh empty directory; its owner removes it.
package func temporaryDirectory() throws -> String {
  let url = FileManager.default.temporaryDirectory.appendingPathComponent("sheaf-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  return url.path
}

/// Runs `body` with a fresh directory that is removed afterwards.
package func withTemporaryDirectory<Value>(_ body: (String) throws -> Value) throws -> Value {
  let directory = try temporaryDirectory()
  defer { try? FileManager.default.removeItem(atPath: directory) }
  return try body(directory)
}
