import Files
import Foundation

/// A directory that is removed with its last reference.
package final class ScratchDirectory: Sendable {
  package let path: String

  package init() throws {
    path = joinPath(NSTemporaryDirectory(), "sheaf-\(UUID().uuidString)")
    try createDirectory(path)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  package func file(_ name: String) -> String { joinPath(path, name) }
}

/// Runs `body` with the path of a fresh directory that is removed afterwards.
package func withTemporaryDirectory<Value>(_ body: (String) throws -> Value) throws -> Value {
  let directory = try ScratchDirectory()
  return try withExtendedLifetime(directory) { try body(directory.path) }
}

/// The paths of the files that are in one of two directories only, or not alike in both; as `contents(ofDirectory:)`
/// gives them.
package func differences(_ some: [String: Data], _ others: [String: Data]) -> [String] {
  Set(some.keys).union(others.keys).filter { some[$0] != others[$0] }.sorted()
}

/// Puts beside `path` what a process that was killed leaves of it.
package func leavePartialFile(of path: String) throws {
  let name = path.split(separator: "/").last ?? ""
  let directory = parentDirectory(of: path)
  try createDirectory(directory)
  // No process of Linux has this number.
  try Data("cut off".utf8).write(to: URL(fileURLWithPath: joinPath(directory, ".\(name).4194305.3.partial")))
}

/// The pending files below a directory, and what killed processes left of some.
package func partialFiles(below path: String) throws -> [String] {
  try contents(ofDirectory: path).keys.filter { $0.hasSuffix(".partial") }.sorted()
}

/// How many files and directories there are below a directory into which others write.
///
/// - Parameter date: counts only what was written after it.
package func fileCount(below path: String, writtenAfter date: Date = .distantPast) -> Int {
  guard let files = FileManager.default.enumerator(atPath: path) else { return 0 }
  return files.reduce(0) { count, _ in
    guard let written = files.fileAttributes?[.modificationDate] as? Date else { return count }
    return written > date ? count + 1 : count
  }
}

/// All files below a directory, by their path within it, but journals, whose records come in the order of the clock.
package func contents(ofDirectory path: String) throws -> [String: Data] {
  var found: [String: Data] = [:]
  for name in try directoryEntries(path) where !name.hasSuffix(".journal") {
    let child = joinPath(path, name)
    if isDirectory(child) {
      for (inner, data) in try contents(ofDirectory: child) { found[joinPath(name, inner)] = data }
    } else {
      found[name] = try readWholeFile(child)
    }
  }
  return found
}

/// The first file at or below a directory, in the order of names; nil where there is none.
package func firstFile(below directory: String) throws -> String? {
  guard isDirectory(directory) else { return nil }
  for name in try directoryEntries(directory).sorted() {
    let path = joinPath(directory, name)
    if !isDirectory(path) { return path }
    if let found = try firstFile(below: path) { return found }
  }
  return nil
}
