/// One thing that `verify` found wrong: where, and what.
package struct Finding: Hashable, Sendable, CustomStringConvertible {
  /// The file that is damaged, missing or not as it was written.
  package let path: String
  /// A sentence that names the chunk, where it is one.
  package let message: String

  package init(path: String, message: String) {
    self.path = path
    self.message = message
  }

  package var description: String { message }
}
