import Foundation

/// Where plans, progress and warnings go: standard error on rank 0 of the program, nowhere in libraries and tests.
package struct Console: Sendable {
  /// Whether a human looks at it, so that a line may be drawn over again.
  package let isTerminal: Bool
  package let write: @Sendable (String) -> Void

  package init(isTerminal: Bool, write: @escaping @Sendable (String) -> Void) {
    self.isTerminal = isTerminal
    self.write = write
  }

  /// One whole line.
  package func line(_ text: String) { write(text + "\n") }

  package static let silent = Console(isTerminal: false) { _ in }
  /// What cannot be written, say because a log's disk is full, is lost: that is no reason to end a job.
  package static let standardError = Console(isTerminal: isatty(STDERR_FILENO) == 1) {
    _ = writeText($0, to: STDERR_FILENO)
  }
}

/// Writes all of `text` at once, so that lines of several threads and ranks do not mix; false when that fails, with the
/// reason in `errno`. Unlike `FileHandle`, which ends the program.
package func writeText(_ text: String, to descriptor: Int32) -> Bool {
  var left = Array(text.utf8)[...]
  while !left.isEmpty {
    let count = left.withUnsafeBytes { write(descriptor, $0.baseAddress!, $0.count) }
    if count < 0 && errno != EINTR { return false }
    left = left.dropFirst(max(0, count))
  }
  return true
}
