import Foundation

/// Main memory of this machine in bytes, or less where a control group (cgroup) limits this process.
package func machineMemoryInBytes() -> Int {
  let physical = Int(clamping: ProcessInfo.processInfo.physicalMemory)
  let limits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"].compactMap {
    (try? String(contentsOfFile: $0, encoding: .utf8)).flatMap {
      Int($0.trimmingCharacters(in: .whitespacesAndNewlines))
    }
  }
  return limits.filter { $0 > 0 }.reduce(physical, min)
}
