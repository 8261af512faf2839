import Foundation

/// The text of the current `errno`, for the end of a sentence.
package func systemErrorText(_ code: Int32 = errno) -> String {
  String(cString: strerror(code))
}

/// A `Fault` for a failed system call on `path`: missing input is `noInput`, everything else an I/O error. A full disk
/// is reported as such, because its remedy is different.
package func systemFault(_ action: String, _ path: String, code: Int32 = errno) -> Fault {
  switch code {
  case ENOENT, ENOTDIR: return .noInput("cannot \(action) \(path): there is no such file or directory")
  case ENAMETOOLONG, ELOOP: return .noInput("cannot \(action) \(path): \(systemErrorText(code))")
  case EACCES, EPERM: return .noInput("cannot \(action) \(path): permission denied")
  case ENOSPC, EDQUOT:
    return .diskFull(
      "cannot \(action) \(path): the disk or quota is full; free some space and run the same command again to resume")
  case EFBIG:
    // No other file can become larger either, so there is no point in going on.
    return .diskFull(
      "cannot \(action) \(path): the file would exceed the largest size allowed (ulimit -f, or the file system's); raise "
        + "the limit and run the same command again to resume")
  default: return .io("cannot \(action) \(path): \(systemErrorText(code))")
  }
}
