import CLinux
import Foundation

/// Main memory that this process currently occupies, in bytes: the pages in use of the program and its libraries, and
/// everything it has allocated and touched. 0 where the system does not report it.
///
/// Source: proc(5), `/proc/self/statm`, whose second number is the resident pages.
package func residentMemoryInBytes() -> Int {
  let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
  let numbers = text.split(separator: " ")
  guard numbers.count > 1, let pages = Int(numbers[1]) else { return 0 }
  return pages * max(sysconf(Int32(_SC_PAGESIZE)), 0)
}

/// The peak main memory that this process has occupied since it started, in bytes.
///
/// Source: proc(5), `/proc/self/status`, field VmHWM. `getrusage` is unsuitable: Linux carries the peak of the process
/// that called `exec` over into the program it starts, so that a small program started by a large one appears large.
package func peakMemoryInBytes() -> Int {
  let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
  let kibibytes = line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
  return max(kibibytes << 10, residentMemoryInBytes())
}

/// Returns freed memory that the C library keeps for reuse to the system when the process occupies more than `limit`
/// bytes: fragmented memory kept that way can grow far beyond what is in use.
package func giveBackFreedMemory(beyond limit: Int) {
  if residentMemoryInBytes() > limit { sheaf_give_back_freed_memory() }
}
