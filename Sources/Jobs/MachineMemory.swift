import Files
import Foundation

/// Main memory that the ranks on this machine may use together.
///
/// The least of what the machine has, what the control groups (cgroups, versions 1 and 2) of this process and all groups
/// around them allow, and what SLURM grants to the job on this node.
package struct MachineMemory: Sendable, Equatable {
  package let bytes: Int
  /// Whose limit it is, for a sentence: `this machine's 23.5 GiB`.
  package let text: String

  /// - Parameters:
  ///   - ranksOfNode: ranks of the job on this machine.
  ///   - physicalInBytes: what the machine has.
  ///   - controlGroups: where they are mounted.
  ///   - membership: the contents of `/proc/self/cgroup`.
  package init(
    ranksOfNode: Int = 1, physicalInBytes: Int = Int(clamping: ProcessInfo.processInfo.physicalMemory),
    controlGroups: String = "/sys/fs/cgroup", membership: String = MachineMemory.ownMembership,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    var least = (bytes: physicalInBytes, text: "this machine's %")
    func consider(_ bytes: Int?, _ text: String) {
      if let bytes, bytes > 0, bytes < least.bytes { least = (bytes, text) }
    }
    consider(MachineMemory.limit(of: membership, at: controlGroups), "the % that its control group (cgroup) allows")
    consider(MachineMemory.granted(environment, ranksOfNode: ranksOfNode), "the % that SLURM grants on this node")
    bytes = least.bytes
    text = least.text.replacingOccurrences(of: "%", with: "\(ByteSize(bytes: least.bytes))")
  }

  package static var ownMembership: String {
    (try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8)) ?? ""
  }

  /// The least limit of a process's groups and all groups around them.
  ///
  /// Lines are `number:controllers:path`: version 2 has number 0 and no controllers, version 1 a hierarchy of its own for
  /// `memory`. In a container the path may be that of the host while only the container's own group is mounted, at the
  /// top, which is why the top always counts.
  private static func limit(of membership: String, at root: String) -> Int? {
    var limits: [Int] = []
    func add(_ directory: String, _ names: [String]) {
      for name in names {
        // "max" stands for no limit.
        guard let text = try? String(contentsOfFile: joinPath(directory, name), encoding: .utf8) else { continue }
        if let limit = Int(text.trimmingCharacters(in: .whitespacesAndNewlines)) { limits.append(limit) }
      }
    }
    func walk(_ root: String, _ path: some StringProtocol, _ names: [String]) {
      add(root, names)
      var directory = root
      for part in path.split(separator: "/") where part != ".." {
        directory = joinPath(directory, String(part))
        add(directory, names)
      }
    }
    let version1 = ["memory.limit_in_bytes"]
    let version2 = ["memory.max", "memory.high"]
    walk(root, "", version2)
    walk(joinPath(root, "memory"), "", version1)
    for line in membership.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      if parts[1].isEmpty { walk(root, parts[2], version2) }
      if parts[1].split(separator: ",").contains("memory") { walk(joinPath(root, "memory"), parts[2], version1) }
    }
    return limits.filter { $0 > 0 }.min()
  }

  /// SLURM gives sizes in MiB: for a node (0 stands for all of it), or for each CPU of a task or of the node.
  private static func granted(_ environment: [String: String], ranksOfNode: Int) -> Int? {
    func number(_ name: String) -> Int? {
      environment[name].flatMap { Int($0.prefix { $0.isASCII && $0.isNumber }) }.flatMap { $0 > 0 ? $0 : nil }
    }
    func product(_ factors: Int?...) -> Int? {
      factors.reduce(1) { product, factor in
        guard let product, let factor else { return nil }
        let (result, overflow) = product.multipliedReportingOverflow(by: factor)
        return overflow ? nil : result
      }
    }
    return [
      product(number("SLURM_MEM_PER_NODE"), 1 << 20),
      product(number("SLURM_MEM_PER_CPU"), number("SLURM_CPUS_ON_NODE"), 1 << 20),
      product(number("SLURM_MEM_PER_CPU"), number("SLURM_CPUS_PER_TASK"), ranksOfNode, 1 << 20),
    ].compactMap(\.self).min()
  }
}
