import Foundation

/// What a file system says about a file without reading it, by which a change is noticed: size, modification time and
/// change time.
///
/// The change time stands for the file's identity: it is a new one when another file takes the name, and when a program
/// sets the modification time back after writing. Numbers of devices and inodes would say no more, and differ between
/// mounts of one network file system. A file that was moved or copied has another change time; whether its contents are
/// the same is then for a digest to say.
package struct FileStamp: Equatable, Sendable {
  package let sizeInBytes: Int
  /// Since 1970, in nanoseconds.
  package let modified: Int
  /// Of the contents or of what the file system knows about the file, since 1970, in nanoseconds.
  package let changed: Int

  package init(sizeInBytes: Int, modified: Int, changed: Int) {
    self.sizeInBytes = sizeInBytes
    self.modified = modified
    self.changed = changed
  }

  /// Nil when there is no such file; links are followed.
  package init?(of path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    func nanoseconds(_ time: timespec) -> Int { Int(time.tv_sec) &* 1_000_000_000 &+ Int(time.tv_nsec) }
    // The size of a directory says nothing about its files.
    let isDirectory = (status.st_mode & S_IFMT) == S_IFDIR
    self.init(
      sizeInBytes: isDirectory ? 0 : Int(status.st_size), modified: nanoseconds(status.st_mtim),
      changed: nanoseconds(status.st_ctim))
  }

  /// How `later` differs from this, in words; nil when it does not.
  package func difference(from later: FileStamp?) -> String? {
    guard let later else { return "it is gone" }
    if sizeInBytes != later.sizeInBytes { return "it had \(sizeInBytes) bytes, now \(later.sizeInBytes)" }
    if modified != later.modified { return "it was modified at \(Self.text(later.modified))" }
    return changed == later.changed ? nil : "it was replaced or renamed at \(Self.text(later.changed))"
  }

  /// `2026-11-28 22:31:05 UTC`
  private static func text(_ nanoseconds: Int) -> String {
    var seconds = time_t(nanoseconds / 1_000_000_000)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    return String(
      format: "%04d-%02d-%02d %02d:%02d:%02d UTC", Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday),
      Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec))
  }
}
