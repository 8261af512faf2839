import Foundation

/// Where plans, progress and warnings go: standard error on rank 0 of the program, nowhere in libraries and tests.
public struct Console: Sendable {
  /// Whether it is a terminal, so that lines may be redrawn.
  package let isTerminal: Bool
  /// The number of characters that fit into a line of the terminal; nil where that does not matter. Asked each time:
  /// people resize windows.
  package let columns: @Sendable () -> Int?
  package let write: @Sendable (String) -> Void
  /// The warnings of the command, on whatever rank.
  package let warnings: Warnings
  /// Whether only warnings are written.
  let isQuiet: Bool

  package init(
    isTerminal: Bool, isQuiet: Bool = false, warnings: Warnings = Warnings(),
    columns: @escaping @Sendable () -> Int? = { nil }, write: @escaping @Sendable (String) -> Void
  ) {
    self.isTerminal = isTerminal
    self.columns = columns
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
    Console(
      isTerminal: !isQuiet && isatty(STDERR_FILENO) == 1, isQuiet: isQuiet, warnings: warnings,
      columns: { columnsOfStandardError }
    ) {
      _ = writeText($0, to: STDERR_FILENO)
    }
  }
}

private var columnsOfStandardError: Int? {
  var size = winsize()
  return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : nil
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
