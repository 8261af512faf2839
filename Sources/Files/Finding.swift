/// One problem that `verify` found: where, and what.
package struct Finding: Hashable, Sendable, CustomStringConvertible {
  /// The file that is damaged, missing or differs from what was written.
  package let path: String
  /// A sentence that names the chunk, if the problem is in one.
  package let message: String

  package init(path: String, message: String) {
    self.path = path
    self.message = message
  }

  package var description: String { message }
}
