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
