import Foundation
import Testing

/// Something that a test needs and a machine may lack. Without it the runner reports the test as skipped, with the
/// reason; the test itself never returns early.
///
/// In continuous integration (`CI` set to anything but an empty string, `0` or `false`) it is a failure instead when what
/// is missing could have been installed there, so that a broken package index cannot remove tests unnoticed.
package struct Requirement: TestTrait, SuiteTrait {
  /// What is missing.
  package struct Missing: Error, CustomStringConvertible {
    /// One line: the reason for skipping the test.
    package let reason: String
    /// All that is known about the cause.
    package let details: String

    package init(reason: String, details: String = "") {
      (self.reason, self.details) = (reason, details)
    }

    package var description: String { details.isEmpty ? reason : "\(reason)\n\(details)" }
  }

  private let canBeInstalled: Bool
  private let find: @Sendable () -> Missing?

  /// - Parameters:
  ///   - canBeInstalled: whether continuous integration can provide it, and so has to.
  ///   - find: returns what is missing, or nil.
  package init(canBeInstalled: Bool, _ find: @escaping @Sendable () -> Missing?) {
    (self.canBeInstalled, self.find) = (canBeInstalled, find)
  }

  package var isRecursive: Bool { true }

  package func prepare(for test: Test) async throws {
    guard let missing = find() else { return }
    if canBeInstalled && Self.isContinuousIntegration { throw missing }
    try Test.cancel(Comment(rawValue: missing.reason))
  }

  private static let isContinuousIntegration =
    !["", "0", "false"].contains(ProcessInfo.processInfo.environment["CI"] ?? "")
}
