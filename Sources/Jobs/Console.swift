import Foundation

/// Where plans, progress and warnings go: standard error on rank 0 of the program, nowhere in libraries and tests.
package struct Console: Sendable {
  /// Whether it is a terminal, so that lines may be redrawn.
  package let isTerminal: Bool
  package let write: @Sendable (String) -> Void
  /// Whether only warnings, which begin with `warning:`, are written.
  private let isQuiet: Bool

  package init(isTerminal: Bool, isQuiet: Bool = false, write: @escaping @Sendable (String) -> Void) {
    self.isTerminal = isTerminal
    self.isQuiet = isQuiet
    self.write = write
  }

  /// Writes one complete line.
  package func line(_ text: String) {
    guard isQuiet else { return write(text + "\n") }
    let text = text.drop { $0 == " " }
    if text.hasPrefix("warning:") { write(text + "\n") }
  }

  package static let silent = Console(isTerminal: false) { _ in }
  /// The console on standard error, restricted to warnings.
  package static let warnings = Console(isTerminal: false, isQuiet: true) { _ = writeText($0, to: STDERR_FILENO) }
  /// Output that cannot be written, for example because a log's disk is full, is lost: that is no reason to end a job.
  package static let standardError = Console(isTerminal: isatty(STDERR_FILENO) == 1) {
    _ = writeText($0, to: STDERR_FILENO)
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
