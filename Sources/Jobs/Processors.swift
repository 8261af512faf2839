import Foundation
import MPI

/// The CPUs this process may really run on (its affinity mask), which launchers narrow: Open MPI binds each rank to one
/// core when there are one or two ranks.
package enum Processors {
  /// Numbers of the CPUs of the mask, ascending, never empty.
  static let allowed: [Int] = {
    let own = mask(ofProcess: "self")
    return own.isEmpty ? Array(0..<max(1, ProcessInfo.processInfo.activeProcessorCount)) : own
  }()

  /// The mask of a process as the kernel tells it in text (glibc's `sched_getaffinity` is a GNU extension that Swift
  /// does not import); empty when it does not.
  private static func mask(ofProcess process: String) -> [Int] {
    let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
    let mask = line.map { numbers(inList: $0.dropFirst("Cpus_allowed_list:".count)) } ?? []
    // A mask may name CPUs that the machine could have but has not.
    let online = (try? String(contentsOfFile: "/sys/devices/system/cpu/online", encoding: .utf8)) ?? ""
    let present = Set(numbers(inList: Substring(online)))
    return present.isEmpty ? mask : mask.filter(present.contains)
  }

  /// Number of CPUs this process may run on.
  package static var available: Int { allowed.count }

  /// Number of CPUs that what started this process may run on: on a node of a cluster, those of the whole job there,
  /// before the launcher bound its ranks.
  package static var availableToLauncher: Int { max(available, mask(ofProcess: "\(getppid())").count) }

  /// Threads for each rank when the user gives none: the CPUs of this rank's mask, shared with the ranks of the same
  /// node that have the same mask. Collective; ranks may get different numbers.
  package static func defaultThreads(_ communicator: Communicator) throws -> Int {
    if communicator.size == 1 { return available }
    let node = try communicator.sameNode()
    let sharing = try node.allGather(allowed).filter { $0 == allowed }.count
    return max(1, available / sharing)
  }

  /// `0-2,5` → 0, 1, 2, 5. What is no number is left out.
  package static func numbers(inList text: Substring) -> [Int] {
    text.split { $0 == "," || $0.isWhitespace }.flatMap { part -> [Int] in
      let ends = part.split(separator: "-").compactMap { Int($0) }
      guard let first = ends.first, let last = ends.last, first <= last, last < 1 << 20 else { return [] }
      return Array(first...last)
    }
  }
}

/// Main memory of this machine in bytes, or of the control group that limits this process.
package func machineMemoryInBytes() -> Int {
  let physical = Int(clamping: ProcessInfo.processInfo.physicalMemory)
  let limits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"].compactMap {
    (try? String(contentsOfFile: $0, encoding: .utf8)).flatMap {
      Int($0.trimmingCharacters(in: .whitespacesAndNewlines))
    }
  }
  return limits.filter { $0 > 0 }.reduce(physical, min)
}
