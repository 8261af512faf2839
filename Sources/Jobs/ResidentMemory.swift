import CSystem
import Foundation

/// Main memory that this process occupies now, in bytes: the program and its libraries as far as they were used, and
/// all it has allocated and touched. 0 where the system does not say.
///
/// Source: proc(5), `/proc/self/statm`, of which the second number is the resident pages.
package func residentMemoryInBytes() -> Int {
  let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
  let numbers = text.split(separator: " ")
  guard numbers.count > 1, let pages = Int(numbers[1]) else { return 0 }
  return pages * max(sysconf(Int32(_SC_PAGESIZE)), 0)
}

/// The most main memory that this process has occupied since it started, in bytes.
///
/// Source: proc(5), `/proc/self/status`, field VmHWM. `getrusage` would not do: Linux carries the peak of the process
/// that called `exec` over into the program it starts, so that a small program started by a large one seems large.
package func peakMemoryInBytes() -> Int {
  let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
  let kibibytes = line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
  return max(kibibytes << 10, residentMemoryInBytes())
}

/// Has memory that was freed, but that the C library keeps for the next time, go back to the system when the process
/// occupies more than `limit` bytes: memory that is kept in pieces grows far beyond what is in use.
package func giveBackFreedMemory(beyond limit: Int) {
  if residentMemoryInBytes() > limit { sheaf_give_back_freed_memory() }
}
