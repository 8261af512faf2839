import Foundation

/// The CPUs this process may run on: its affinity mask, which launchers narrow (Open MPI binds each rank to one core when
/// there are one or two ranks).
package enum Processors {
  /// Numbers of the CPUs of the mask, ascending, never empty.
  package static let allowed: [Int] = {
    let own = mask(ofProcess: "self")
    return own.isEmpty ? Array(0..<max(1, ProcessInfo.processInfo.activeProcessorCount)) : own
  }()

  /// The affinity mask of a process, from the kernel's text interface (glibc's `sched_getaffinity` is a GNU extension
  /// that Swift does not import); empty where there is none.
  private static func mask(ofProcess process: String) -> [Int] {
    let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
    let mask = line.map { numbers(inList: $0.dropFirst("Cpus_allowed_list:".count)) } ?? []
    // A mask may name CPUs that are not present.
    let online = (try? String(contentsOfFile: "/sys/devices/system/cpu/online", encoding: .utf8)) ?? ""
    let present = Set(numbers(inList: Substring(online)))
    return present.isEmpty ? mask : mask.filter(present.contains)
  }

  /// Number of CPUs this process may run on.
  package static var available: Int { allowed.count }

  /// Number of CPUs that the process which started this one may run on: on a cluster node, all CPUs of the job there,
  /// before the launcher bound its ranks to some of them.
  package static var availableToLauncher: Int { max(available, mask(ofProcess: "\(getppid())").count) }

  /// `0-2,5` → 0, 1, 2, 5. Parts that are not numbers are left out.
  package static func numbers(inList text: Substring) -> [Int] {
    text.split { $0 == "," || $0.isWhitespace }.flatMap { part -> [Int] in
      let ends = part.split(separator: "-").compactMap { Int($0) }
      guard let first = ends.first, let last = ends.last, first <= last, last < 1 << 20 else { return [] }
      return Array(first...last)
    }
  }
}
