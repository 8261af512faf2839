import Files
import Foundation
import Launching
import Scratch
import Testing

/// Ranks that would not do the same work are refused at start, with one sentence that names the rank and its host.
@Suite(.serialized) struct RankAgreementTests {
  private func run(_ arguments: [String]) throws -> Ending {
    try Running([builtProgram("sheaf")] + arguments).wait(timeLimit: 120)
  }

  /// Several programs in one job of mpirun, each with arguments of mpirun's own and of Sheaf's.
  private func job(_ programs: [(launcher: [String], arguments: [String])], before: [String] = []) throws -> Ending {
    var arguments = ["mpirun", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none"]
    for (number, program) in programs.enumerated() {
      if number > 0 { arguments.append(":") }
      arguments += ["-n", "1"] + program.launcher + before + [builtProgram("sheaf")] + program.arguments
    }
    // Ranks in different namespaces cannot read each other's memory.
    return try Running(arguments, environment: ["OMPI_MCA_btl_vader_single_copy_mechanism": "none"]).wait(
      timeLimit: 120)
  }

  private func organ(in directory: String, seed: Int = 0) throws -> String {
    let organ = directory + "/organ"
    #expect(
      try run(["phantom", organ, "--extent", "12,24,24", "--structures", "nuclei", "--seed", "\(seed)"]).code == 0)
    return organ + "/nuclei/planes"
  }

  private func expectRefusal(_ ending: Ending, _ code: Int32, _ words: String...) {
    #expect(ending.code == code, "\(ending.errors)")
    for word in words { #expect(ending.errors.contains(word), "\(word) in \(ending.errors)") }
    #expect(ending.errors.components(separatedBy: "sheaf: ").count == 2, "\(ending.errors)")
  }

  @Test func otherCommandsAndArguments() throws {
    try withTemporaryDirectory { directory in
      let planes = try organ(in: directory)
      let output = directory + "/s.zarr"
      expectRefusal(
        try job([
          ([], ["tile", planes, output, "--voxel-size", "4,2,2"]),
          ([], ["tile", planes, output, "--voxel-size", "4,2,3"]),
        ]), 64, "rank 1 on \(hostName())", "other arguments", "\"4,2,2\"", "\"4,2,3\"")
      expectRefusal(try job([([], ["tile", planes, output]), ([], ["info", planes])]), 64, "\"tile\"", "\"info\"")
      #expect(!fileExists(output))
    }
  }

  /// Relative paths that mean different volumes, different places, or nothing on one of the ranks.
  @Test func otherInputsAndPlaces() throws {
    try withTemporaryDirectory { directory in
      let (one, two, three) = (directory + "/one", directory + "/two", directory + "/three")
      for (number, place) in [one, two].enumerated() {
        _ = try organ(in: place, seed: number)
      }
      try createDirectory(three)
      let tile = ["tile", "organ/nuclei/planes", "s.zarr", "--voxel-size", "4,2,2"]
      expectRefusal(
        try job([(["-wdir", one], tile), (["-wdir", two], tile)]), 64, "rank 1 on \(hostName())",
        "other settings or inputs")
      expectRefusal(
        try job([(["-wdir", one], tile), (["-wdir", three], tile)]), 66, "rank 1 on \(hostName()): ")
      let absolute = ["tile", one + "/organ/nuclei/planes", "s.zarr", "--voxel-size", "4,2,2"]
      expectRefusal(
        try job([(["-wdir", one], absolute), (["-wdir", two], absolute)]), 73, "rank 1 on \(hostName())",
        "does not see the directory")
      for place in [one, two] { #expect(try directoryEntries(place).filter { !$0.hasPrefix(".") } == ["organ"]) }
    }
  }

  /// Every rank has a directory of its own under one path, as where the output is on a node's own disk.
  @Test func aDirectoryThatIsNotShared() throws {
    try withTemporaryDirectory { directory in
      let planes = try organ(in: directory)
      try createDirectory(directory + "/local")
      // Where users may not make namespaces, the commands are not tried.
      let canMount = try Running(["unshare", "--user", "--map-root-user", "--mount", "true"]).wait().code == 0
      let store = directory + "/s.zarr"
      #expect(try run(["tile", planes, store, "--voxel-size", "4,2,2", "--structure", "nuclei"]).code == 0)
      let script = "mount -t tmpfs none \(directory)/local && exec \"$@\""
      let isolated = ["unshare", "--user", "--map-root-user", "--mount", "bash", "-c", script, "bash"]
      let commands = [
        ["tile", planes, directory + "/local/s.zarr"],
        ["corpus", store, "-o", directory + "/local/corpus", "--packed", "--patch-size", "12", "--contrast", "3"],
      ]
      for command in canMount ? commands : [] {
        let ending = try job([([], command), ([], command)], before: isolated)
        expectRefusal(ending, 73, "rank 1 on \(hostName())", "does not see the directory \(directory)/local")
      }
    }
  }

  /// A launcher that the MPI library does not understand starts as many lone ranks.
  @Test func processesThatFindThemselvesAlone() throws {
    try withTemporaryDirectory { directory in
      let planes = try organ(in: directory)
      for environment in [
        ["SLURM_STEP_ID": "0", "SLURM_STEP_NUM_TASKS": "2", "SLURM_PROCID": "0", "SLURM_NTASKS": "2"],
        ["SLURM_PROCID": "1", "SLURM_NTASKS": "2"],
      ] {
        let ending = try Running(
          [builtProgram("sheaf"), "tile", planes, directory + "/s.zarr"], environment: environment
        ).wait()
        expectRefusal(ending, 64, "started 2 processes", "finds itself alone")
      }
      // A batch script has SLURM's variables too.
      let batch = try Running(
        [builtProgram("sheaf"), "info", planes],
        environment: ["SLURM_PROCID": "0", "SLURM_NTASKS": "2", "SLURM_JOB_ID": "7"]
      ).wait()
      #expect(batch.code == 0, "\(batch.errors)")
    }
  }
}
