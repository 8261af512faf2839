import Foundation

/// Whether there is a file or directory at `path`, which may lie in a zip archive (`Archive`).
package func fileExists(_ path: String) -> Bool {
  if access(path, F_OK) == 0 { return true }
  guard errno == ENOTDIR, let (archive, name) = try? Archive.containing(path) else { return false }
  return archive.member(name) != nil || archive.entries(name) != nil
}

/// Whether there is a directory at `path`, which may lie in a zip archive; the archive itself is a file.
package func isDirectory(_ path: String) -> Bool {
  var status = stat()
  if stat(path, &status) == 0 { return (status.st_mode & S_IFMT) == S_IFDIR }
  guard errno == ENOTDIR, let (archive, name) = try? Archive.containing(path) else { return false }
  return archive.entries(name) != nil
}

/// Creates a directory and its parents; it is not an error if other ranks create them concurrently.
///
/// - Throws: `Fault.cannotCreate` naming the path.
package func createDirectory(_ path: String) throws {
  if isDirectory(path) { return }
  let parent = parentDirectory(of: path)
  if parent != path && !isDirectory(parent) { try createDirectory(parent) }
  if mkdir(path, 0o777) == 0 {
    // A file survives a power failure only if every directory on its path does.
    try flushDirectory(parent)
  } else if errno != EEXIST {
    throw Fault.cannotCreate("cannot create directory \(path): \(systemErrorText())")
  }
  if !isDirectory(path) {
    throw Fault.cannotCreate("cannot create directory \(path): a file of that name already exists")
  }
}

/// Hands names in a directory, in no order, to `body` until it returns true; for directories that may be huge.
///
/// - Returns: whether it did.
package func anyDirectoryEntry(_ path: String, where body: (String) throws -> Bool) throws -> Bool {
  guard let directory = opendir(path) else {
    let code = errno
    if code == ENOTDIR, let (archive, name) = try Archive.containing(path + "/"), let names = archive.entries(name) {
      return try names.contains(where: body)
    }
    throw systemFault("read directory", path, code: code)
  }
  defer { closedir(directory) }
  while let entry = readdir(directory) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != "." && name != "..", try body(name) { return true }
  }
  return false
}

/// The names in a directory, sorted by bytes, without `.` and `..`.
///
/// - Throws: `Fault.noInput` when the directory is missing or unreadable.
package func directoryEntries(_ path: String) throws -> [String] {
  var names: [String] = []
  _ = try anyDirectoryEntry(path) {
    names.append($0)
    return false
  }
  return names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
}
