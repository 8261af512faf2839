import Foundation

/// Where plans, progress and warnings go: standard error on rank 0 of the program, nowhere in libraries and tests.
public struct Console: Sendable {
  /// Whether it is a terminal, so that lines may be redrawn.
  package let isTerminal: Bool
  package let write: @Sendable (String) -> Void
  /// The warnings of the command, on whatever rank.
  package let warnings: Warnings
  /// Whether only warnings are written.
  private let isQuiet: Bool

  package init(
    isTerminal: Bool, isQuiet: Bool = false, warnings: Warnings = Warnings(),
    write: @escaping @Sendable (String) -> Void
  ) {
    self.isTerminal = isTerminal
    self.isQuiet = isQuiet
    self.warnings = warnings
    self.write = write
  }

  /// Writes one complete line of a plan or of progress. For doubts there is `warn`.
  package func line(_ text: String) {
    if !isQuiet { write(text + "\n") }
  }

  package static var silent: Console { silent(Warnings()) }
  /// The console of ranks other than 0: what they raise is printed by rank 0.
  package static func silent(_ warnings: Warnings) -> Console {
    Console(isTerminal: false, warnings: warnings) { _ in }
  }

  package static var standardError: Console { standardError(Warnings()) }
  /// Output that cannot be written, for example because a log's disk is full, is lost: that is no reason to end a job.
  ///
  /// - Parameter isQuiet: whether it is restricted to warnings.
  package static func standardError(_ warnings: Warnings, isQuiet: Bool = false) -> Console {
    Console(isTerminal: !isQuiet && isatty(STDERR_FILENO) == 1, isQuiet: isQuiet, warnings: warnings) {
      _ = writeText($0, to: STDERR_FILENO)
    }
  }
}

/// Writes all of `text` in one call, so that lines of several threads and ranks do not interleave; false when that
/// fails, with the reason in `errno`. Unlike `FileHandle`, it does not end the program on failure.
package func writeText(_ text: String, to descriptor: Int32) -> Bool {
  var left = Array(text.utf8)[...]
  while !left.isEmpty {
    let count = left.withUnsafeBytes { write(descriptor, $0.baseAddress!, $0.count) }
    if count < 0 && errno != EINTR { return false }
    left = left.dropFirst(max(0, count))
  }
  return true
}
