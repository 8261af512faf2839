import Files
import Foundation

/// How versions before digests recognised an input, for outputs that they began: a change in the middle of a file goes
/// unnoticed. Nothing new is recorded by it.
///
/// For a file it covers the size and 64 KiB at either end; for a directory the names and
/// sizes of everything in it at any depth (except hidden files) and both ends of its first and last file. Stores of
/// millions of chunks are not walked completely: beyond the first 20,000 entries only those of the directory itself
/// count.
///
/// - Throws: `Fault.noInput` when the path is missing or unreadable.
package func legacyFingerprint(of path: String) throws -> String {
  var walk = LegacyFingerprint()
  guard isDirectory(path) else {
    let size = try walk.mixEnds(of: path)
    return "\(size) bytes, \(hexadecimal(walk.hash))"
  }
  let count = try walk.mixEntries(of: path, isTop: true)
  for file in Set([walk.first, walk.last].compactMap { $0 }).sorted() { _ = try walk.mixEnds(of: file) }
  return "\(count) entries, \(hexadecimal(walk.hash))"
}

private struct LegacyFingerprint {
  private(set) var hash = fnv1aOffset
  /// The first and the last file encountered.
  private(set) var first: String?
  private(set) var last: String?
  private var entriesLeft = 20_000

  private mutating func mix(_ bytes: some Sequence<UInt8>) { hash = fnv1a(bytes, seed: hash) }

  /// - Returns: the size of the file in bytes.
  mutating func mixEnds(of path: String) throws -> Int {
    let file = try ReadableFile(path)
    let part = min(file.size, 1 << 16)
    mix("\(file.size)\n".utf8)
    mix(try file.read(at: 0, count: part))
    mix(try file.read(at: file.size - part, count: part))
    return file.size
  }

  /// - Returns: the number of entries in the directory itself.
  mutating func mixEntries(of directory: String, isTop: Bool) throws -> Int {
    let names = try directoryEntries(directory).filter { !$0.hasPrefix(".") }
    for name in names where isTop || entriesLeft > 0 {
      entriesLeft -= 1
      let entry = joinPath(directory, name)
      var status = stat()
      if stat(entry, &status) != 0 { throw systemFault("read", entry) }
      guard (status.st_mode & S_IFMT) == S_IFDIR else {
        mix("\(name) \(status.st_size)\n".utf8)
        if first == nil { first = entry }
        last = entry
        continue
      }
      mix("\(name)/\n".utf8)
      // A symbolic link may lead back up the tree.
      var link = stat()
      if lstat(entry, &link) == 0, (link.st_mode & S_IFMT) == S_IFLNK { continue }
      _ = try mixEntries(of: entry, isTop: false)
      mix("/\n".utf8)
    }
    return names.count
  }
}
