import Foundation

/// Removes what killed processes left behind of pending files in `directory` and below it.
///
/// Only for directories that no other process writes to.
///
/// - Parameter leavingOut: names of directories in `directory` that are not looked into.
package func removePartialFiles(below directory: String, leavingOut: Set<String> = []) throws {
  for name in try directoryEntries(directory) where !leavingOut.contains(name) {
    let path = joinPath(directory, name)
    if name.hasPrefix("."), name.hasSuffix(".partial") {
      unlink(path)
    } else if isDirectory(path) {
      try removePartialFiles(below: path)
    }
  }
}
