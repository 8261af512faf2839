import Files
import Foundation

/// A directory that is removed with its last reference.
package final class ScratchDirectory {
  package let path: String

  package init() throws {
    path = joinPath(NSTemporaryDirectory(), "sheaf-\(UUID().uuidString)")
    try createDirectory(path)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  package func file(_ name: String) -> String { joinPath(path, name) }
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
