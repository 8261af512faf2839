import Foundation

/// Removes the pending files that killed processes left in `directory` and below it.
///
/// Only for directories that no other process writes to.
///
/// - Parameter leavingOut: names of directories in `directory` that are skipped.
package func removePartialFiles(below directory: String, leavingOut: Set<String> = []) throws {
  for name in try directoryEntries(directory) where !leavingOut.contains(name) {
    let path = joinPath(directory, name)
    if isPartialFile(name) {
      unlink(path)
    } else if isDirectory(path) {
      try removePartialFiles(below: path)
    }
  }
}

/// Removes the pending files that killed processes left in `directory` itself and below the named subdirectories, if
/// they exist; whatever else a user keeps there is not searched.
package func removePartialFiles(in directory: String, andBelow owned: [String] = []) throws {
  for name in try directoryEntries(directory) where isPartialFile(name) { unlink(joinPath(directory, name)) }
  for path in owned.map({ joinPath(directory, $0) }) where isDirectory(path) { try removePartialFiles(below: path) }
}

/// Removes what killed processes left of the pending file `path`, which no other process may be writing.
package func removePartialFiles(of path: String) throws {
  let directory = parentDirectory(of: path)
  guard isDirectory(directory) else { return }
  let prefix = ".\(path.split(separator: "/").last ?? "")."
  for name in try directoryEntries(directory) where isPartialFile(name) && name.hasPrefix(prefix) {
    // Longer names may share this prefix: what follows must be a process id and a counter.
    let numbers = name.dropFirst(prefix.count).dropLast(partialSuffix.count).split(
      separator: ".", omittingEmptySubsequences: false)
    if numbers.count == 2, numbers.allSatisfy({ UInt64($0) != nil }) { unlink(joinPath(directory, name)) }
  }
}

private let partialSuffix = ".partial"

/// Whether a file of this name is pending, or the remnant of a killed process.
package func isPartialFile(_ name: String) -> Bool { name.hasPrefix(".") && name.hasSuffix(partialSuffix) }
