import Synchronization

/// Facts that were fixed when the program was built. The executables set `current` before anything else.
package struct Build: Sendable {
  /// Abbreviated git commit; empty when unknown.
  package let commit: String
  /// Version of the libtorch that `sheaf-networks` was compiled against, for example "2.13.0"; empty when unknown.
  package let libtorchVersion: String
  /// Directory of that libtorch.
  package let libtorchDirectory: String

  package init(commit: String, libtorchVersion: String, libtorchDirectory: String) {
    self.commit = commit
    self.libtorchVersion = libtorchVersion
    self.libtorchDirectory = libtorchDirectory
  }

  package static var current: Build {
    get { stated.withLock { $0 } }
    set { stated.withLock { $0 = newValue } }
  }
  private static let stated = Mutex(Build(commit: "", libtorchVersion: "", libtorchDirectory: ""))
}
