import Foundation

/// What the file system knows a file or directory by, whatever path leads to it: its device and its inode.
package struct FileIdentity: Hashable, Sendable {
  package let device: UInt64
  package let inode: UInt64

  package init(device: UInt64, inode: UInt64) {
    self.device = device
    self.inode = inode
  }

  package init(_ status: stat) {
    self.init(device: UInt64(truncatingIfNeeded: status.st_dev), inode: UInt64(truncatingIfNeeded: status.st_ino))
  }

  /// Follows symbolic links; nil when there is nothing.
  package init?(of path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }
}

/// A path as the file system sees it, also where its end does not exist yet.
///
/// 1. Links, `.` and `..` are followed component by component, as the kernel does, and a link whose target is missing is
///    followed to that target. What does not exist yet is taken as it is spelt.
/// 2. A file system may be mounted at several places, also a part of it (bind mounts). The directories above a path are
///    therefore those of every place at which it can be reached.
package struct ResolvedPath: Sendable {
  /// Absolute, without links, `.` and `..`.
  package let path: String
  /// nil when there is nothing yet.
  package let identity: FileIdentity?
  /// The existing directories above the path, nearest first.
  package let directories: [String]
  /// The identities of the existing directories above the path, at every mount.
  package let ancestors: Set<FileIdentity>

  package init(_ path: String) { self.init(path, mounts: .current) }

  package init(_ path: String, mounts: Mounts) {
    let (existing, missing) = ResolvedPath.follow(path)
    self.path = missing.reduce(existing) { joinPath($0, $1) }
    identity = missing.isEmpty ? FileIdentity(of: existing) : nil
    directories = ResolvedPath.above(existing, isThere: missing.isEmpty)
    var found = Set(directories.compactMap { FileIdentity(of: $0) })
    if let start = FileIdentity(of: existing) {
      for other in mounts.otherPaths(of: existing) where FileIdentity(of: other) == start {
        found.formUnion(ResolvedPath.above(other, isThere: missing.isEmpty).compactMap { FileIdentity(of: $0) })
      }
    }
    ancestors = found
  }

  /// The directories above what `existing` is the existing part of, nearest first.
  ///
  /// - Parameter isThere: whether it is the whole path, so that it does not count itself.
  private static func above(_ existing: String, isThere: Bool) -> [String] {
    var chain = [existing]
    while let last = chain.last, last != "/" { chain.append(parentDirectory(of: last)) }
    return isThere ? Array(chain.dropFirst()) : chain
  }

  /// The longest part of `path` that exists, without links, and the components that follow it.
  private static func follow(_ path: String) -> (existing: String, missing: [String]) {
    var current = path.hasPrefix("/") ? "/" : FileManager.default.currentDirectoryPath
    var missing: [String] = []
    var pending = Array(path.split(separator: "/").map(String.init).reversed())
    // As many as the kernel follows.
    var linksLeft = 40
    while let part = pending.popLast() {
      if part == "." { continue }
      if part == ".." {
        if missing.isEmpty { current = parentDirectory(of: current) } else { missing.removeLast() }
        continue
      }
      let next = joinPath(current, part)
      var status = stat()
      guard missing.isEmpty, lstat(next, &status) == 0 else {
        missing.append(part)
        continue
      }
      if (status.st_mode & S_IFMT) == S_IFLNK, linksLeft > 0, let target = linkTarget(next) {
        linksLeft -= 1
        if target.hasPrefix("/") { current = "/" }
        pending += target.split(separator: "/").map(String.init).reversed()
      } else {
        current = next
      }
    }
    return (current, missing)
  }

  private static func linkTarget(_ path: String) -> String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: path)
  }
}

/// Where file systems are mounted, as `/proc/self/mountinfo` tells on Linux; nothing elsewhere.
package struct Mounts: Sendable {
  private struct Mount {
    let device: Substring
    /// The directory of the file system that is visible at `point`.
    let root: String
    let point: String
  }

  private let mounts: [Mount]

  package static var current: Mounts {
    Mounts(text: (try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)) ?? "")
  }

  /// - Parameter text: lines such as `36 35 98:0 /root /point rw,noatime …` (proc(5)).
  package init(text: String) {
    mounts = text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ")
      guard fields.count >= 5 else { return nil }
      return Mount(device: fields[2], root: Mounts.unescaped(fields[3]), point: Mounts.unescaped(fields[4]))
    }
  }

  /// Other paths that may lead to `path` (absolute, without links): what is mounted over them decides.
  package func otherPaths(of path: String) -> [String] {
    var own: (mount: Mount, rest: String)?
    // Of several mounts at one point the last one is visible.
    for mount in mounts {
      guard let rest = Mounts.rest(of: path, in: mount.point) else { continue }
      if own.map({ mount.point.utf8.count >= $0.mount.point.utf8.count }) ?? true { own = (mount, rest) }
    }
    guard let own else { return [] }
    let inside = Mounts.joined(own.mount.root, own.rest)
    var found: [String] = []
    for mount in mounts where mount.device == own.mount.device {
      guard let rest = Mounts.rest(of: inside, in: mount.root) else { continue }
      let other = Mounts.joined(mount.point, rest)
      if other != path { found.append(other) }
    }
    return found
  }

  /// What follows `directory` in `path`; nil when `path` is not in it.
  private static func rest(of path: String, in directory: String) -> String? {
    if directory == "/" { return String(path.dropFirst()) }
    guard path.hasPrefix(directory) else { return nil }
    let rest = path.dropFirst(directory.count)
    return rest.isEmpty ? "" : rest.first == "/" ? String(rest.dropFirst()) : nil
  }

  private static func joined(_ directory: String, _ rest: String) -> String {
    rest.isEmpty ? directory : joinPath(directory, rest)
  }

  /// Spaces and the like are written as three octal digits after a backslash.
  private static func unescaped(_ field: Substring) -> String {
    var bytes: [UInt8] = []
    var left = Array(field.utf8)[...]
    while let byte = left.popFirst() {
      let digits = left.prefix(3)
      if byte == UInt8(ascii: "\\"), digits.count == 3,
        let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
      {
        bytes.append(code)
        left = left.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
