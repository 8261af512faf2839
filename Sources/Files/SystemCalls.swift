import Foundation

/// The text of the current `errno`, for the end of a sentence.
package func systemErrorText(_ code: Int32 = errno) -> String {
  String(cString: strerror(code))
}

/// A `Fault` for a failed system call on `path`: missing input is `noInput`, everything else an I/O error; a full disk
/// is named as such because the remedy differs.
package func systemFault(_ action: String, _ path: String, code: Int32 = errno) -> Fault {
  switch code {
  case ENOENT, ENOTDIR: return .noInput("cannot \(action) \(path): there is no such file or directory")
  case ENAMETOOLONG, ELOOP: return .noInput("cannot \(action) \(path): \(systemErrorText(code))")
  case EACCES, EPERM: return .noInput("cannot \(action) \(path): permission denied")
  case ENOSPC, EDQUOT:
    return .diskFull(
      "cannot \(action) \(path): the disk or quota is full; free some space and run the same command again to carry on")
  default: return .io("cannot \(action) \(path): \(systemErrorText(code))")
  }
}

/// The name of this machine, as the system has it; no name server is asked.
package func hostName() -> String {
  var name = [CChar](repeating: 0, count: 256)
  guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
  return name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
}

/// Paths as POSIX strings: joins with exactly one separator.
package func joinPath(_ directory: String, _ parts: String...) -> String {
  var path = directory
  for part in parts {
    if !path.hasSuffix("/") && !path.isEmpty { path += "/" }
    path += part
  }
  return path
}

package func parentDirectory(of path: String) -> String {
  var trimmed = Substring(path)
  while trimmed.count > 1 && trimmed.last == "/" { trimmed.removeLast() }
  guard let slash = trimmed.lastIndex(of: "/") else { return "." }
  return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
}

package func fileExists(_ path: String) -> Bool { access(path, F_OK) == 0 }

package func isDirectory(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && (status.st_mode & S_IFMT) == S_IFDIR
}

/// Creates a directory and its parents; concurrent creation by other ranks is no error.
///
/// - Throws: `Fault.cannotCreate` naming the path.
package func createDirectory(_ path: String) throws {
  if isDirectory(path) { return }
  let parent = parentDirectory(of: path)
  if parent != path && !isDirectory(parent) { try createDirectory(parent) }
  if mkdir(path, 0o777) == 0 {
    // A file is only as safe from a power cut as the names on its way.
    try flushDirectory(parent)
  } else if errno != EEXIST {
    throw Fault.cannotCreate("cannot create directory \(path): \(systemErrorText())")
  }
  if !isDirectory(path) {
    throw Fault.cannotCreate("cannot create directory \(path): a file of that name is in the way")
  }
}

/// The names in a directory, sorted by bytes, without `.` and `..`.
///
/// - Throws: `Fault.noInput` when the directory is missing or unreadable.
package func directoryEntries(_ path: String) throws -> [String] {
  guard let directory = opendir(path) else { throw systemFault("read directory", path) }
  defer { closedir(directory) }
  var names: [String] = []
  while let entry = readdir(directory) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
}
