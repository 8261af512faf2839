import Foundation

/// The CPUs this process may run on: its affinity mask, which launchers narrow (Open MPI binds each rank to one core
/// when there are only one or two ranks).
public enum Processors {
  /// The CPU numbers in the mask, ascending, never empty.
  package static let allowed: [Int] = {
    let own = mask(ofProcess: "self")
    return own.isEmpty ? Array(0..<max(1, ProcessInfo.processInfo.activeProcessorCount)) : own
  }()

  /// The affinity mask of a process, from /proc (glibc's `sched_getaffinity` is a GNU extension that Swift does not
  /// import); empty if it is not available.
  private static func mask(ofProcess process: String) -> [Int] {
    let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
    let mask = line.map { numbers(inList: $0.dropFirst("Cpus_allowed_list:".count)) } ?? []
    // A mask may name CPUs that are not present.
    let online = (try? String(contentsOfFile: "/sys/devices/system/cpu/online", encoding: .utf8)) ?? ""
    let present = Set(numbers(inList: Substring(online)))
    return present.isEmpty ? mask : mask.filter(present.contains)
  }

  /// The number of CPUs this process may run on.
  public static var available: Int { allowed.count }

  /// The number of CPUs the parent process may run on: on a cluster node, all CPUs allocated to the job there, before
  /// the launcher bound its ranks to subsets of them.
  package static var availableToLauncher: Int { max(available, mask(ofProcess: "\(getppid())").count) }

  /// `0-2,5` → 0, 1, 2, 5. Parts that are not numbers are ignored.
  package static func numbers(inList text: Substring) -> [Int] {
    text.split { $0 == "," || $0.isWhitespace }.flatMap { part -> [Int] in
      let ends = part.split(separator: "-").compactMap { Int($0) }
      guard let first = ends.first, let last = ends.last, first <= last, last < 1 << 20 else { return [] }
      return Array(first...last)
    }
  }
}
