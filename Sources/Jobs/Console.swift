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
  package static let standardError = Console(isTerminal: isatty(STDERR_FILENO) == 1) {
    FileHandle.standardError.write(Data($0.utf8))
  }
}
