import Files
import Foundation
import Jobs
import Scratch
import Testing

/// What a rank may use by default: the machine's memory, or less where control groups or SLURM say so.
@Suite struct MachineMemoryTests {
  private let gibibyte = 1 << 30

  private func memory(
    _ root: String, membership: String = "", environment: [String: String] = [:], ranks: Int = 1
  ) -> MachineMemory {
    MachineMemory(
      ranksOfNode: ranks, physicalInBytes: 64 * gibibyte, controlGroups: root, membership: membership,
      environment: environment)
  }

  private func write(_ text: String, _ directory: String, _ name: String) throws {
    try createDirectory(directory)
    try Data((text + "\n").utf8).write(to: URL(fileURLWithPath: joinPath(directory, name)))
  }

  @Test func theLeastLimitOnThePathOfVersion2Counts() throws {
    try withTemporaryDirectory { root in
      let membership = "0::/slurm/job_7/step_0\n"
      #expect(memory(root, membership: membership).bytes == 64 * gibibyte)
      #expect(memory(root, membership: membership).text == "this machine's 64.0 GiB")
      try write("max", root + "/slurm", "memory.max")
      try write("\(20 * gibibyte)", root + "/slurm/job_7", "memory.max")
      try write("max", root + "/slurm/job_7/step_0", "memory.max")
      #expect(memory(root, membership: membership).bytes == 20 * gibibyte)
      try write("\(12 * gibibyte)", root + "/slurm/job_7/step_0", "memory.high")
      let found = memory(root, membership: membership)
      #expect(found.bytes == 12 * gibibyte && found.text.contains("12.0 GiB that its control group"))
      // Another job's limit is not ours.
      try write("\(gibibyte)", root + "/slurm/job_8", "memory.max")
      #expect(memory(root, membership: membership).bytes == 12 * gibibyte)
    }
  }

  @Test func soDoesThatOfVersion1() throws {
    try withTemporaryDirectory { root in
      let membership = "9:cpuset:/elsewhere\n5:hugetlb,memory:/slurm/uid_1/job_7\n0::/init.scope\n"
      try write("9223372036854771712", root + "/memory", "memory.limit_in_bytes")
      #expect(memory(root, membership: membership).bytes == 64 * gibibyte)
      try write("\(3 * gibibyte)", root + "/memory/slurm/uid_1", "memory.limit_in_bytes")
      try write("\(5 * gibibyte)", root + "/memory/slurm/uid_1/job_7", "memory.limit_in_bytes")
      #expect(memory(root, membership: membership).bytes == 3 * gibibyte)
    }
  }

  /// The path is the host's, but only the container's own group is mounted.
  @Test func aContainerHasItsLimitAtTheTop() throws {
    try withTemporaryDirectory { root in
      try write("\(2 * gibibyte)", root, "memory.max")
      #expect(memory(root, membership: "0::/docker/4f2a\n").bytes == 2 * gibibyte)
      #expect(memory(root, membership: "0::/../..\n").bytes == 2 * gibibyte)
      #expect(memory(root).bytes == 2 * gibibyte)
    }
  }

  @Test func slurmsGrantCounts() throws {
    try withTemporaryDirectory { root in
      func granted(_ environment: [String: String], ranks: Int = 1) -> Int {
        memory(root, environment: environment, ranks: ranks).bytes
      }
      #expect(granted(["SLURM_MEM_PER_NODE": "16384"]) == 16 * gibibyte)
      // All of the node.
      #expect(granted(["SLURM_MEM_PER_NODE": "0"]) == 64 * gibibyte)
      #expect(granted(["SLURM_MEM_PER_CPU": "2048", "SLURM_CPUS_ON_NODE": "8"]) == 16 * gibibyte)
      #expect(granted(["SLURM_MEM_PER_CPU": "2048", "SLURM_CPUS_PER_TASK": "4"]) == 8 * gibibyte)
      #expect(granted(["SLURM_MEM_PER_CPU": "2048", "SLURM_CPUS_PER_TASK": "4"], ranks: 3) == 24 * gibibyte)
      #expect(granted(["SLURM_MEM_PER_CPU": "9223372036854775807", "SLURM_CPUS_ON_NODE": "8"]) == 64 * gibibyte)
      #expect(memory(root, environment: ["SLURM_MEM_PER_NODE": "1024"]).text.contains("that SLURM grants"))
    }
  }

  /// What a plan says is what `--memory` takes.
  @Test func aSizeInThreeDigitsIsEnoughWhenItIsRoundedUp() throws {
    var bytes = 1
    while bytes < 1 << 47 {
      for size in [bytes, bytes + 1, bytes + bytes / 3, bytes * 2 - 1] {
        let text = ByteSize(bytes: size).enough
        let read = try #require(ByteSize(text.replacingOccurrences(of: "bytes", with: "")), "\(text)")
        #expect(read.bytes >= size && Double(read.bytes) <= Double(size) * 1.011, "\(size): \(text)")
      }
      bytes = bytes * 3 + 7
    }
  }
}
