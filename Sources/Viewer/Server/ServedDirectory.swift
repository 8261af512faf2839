import Files
import Foundation

/// A directory whose files are served, and nothing outside of it.
package struct ServedDirectory: Sendable {
  /// With symbolic links resolved.
  private let root: String

  package init?(_ path: String) {
    guard let root = Self.resolved(path) else { return nil }
    self.root = root
  }

  /// The regular file that the rest of a request's path names, decoded once; nil when there is none, or it lies outside,
  /// by `..` in any spelling or by a symbolic link.
  ///
  /// - Parameter components: of the path as it stands in the request, still percent-encoded.
  package func file(_ components: some Sequence<Substring>) -> String? {
    var path = root
    for component in components {
      guard let name = component.removingPercentEncoding, !name.isEmpty, name != ".", name != "..",
        !name.contains("/"), !name.contains("\0")
      else { return nil }
      path += "/" + name
    }
    guard let resolved = Self.resolved(path), resolved.hasPrefix(root == "/" ? "/" : root + "/"),
      isRegularFile(resolved)
    else { return nil }
    return resolved
  }

  private func isRegularFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  private static func resolved(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
