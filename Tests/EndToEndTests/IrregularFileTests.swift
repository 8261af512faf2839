import Files
import Foundation
import Launching
import Scratch
import Testing

/// Inputs that are no regular files, or name files elsewhere.
@Suite(.serialized) struct IrregularFileTests {
  private func run(_ arguments: [String], ranks: Int = 0) throws -> Ending {
    // Far less than a test would wait for a program that hangs.
    try Running(launch(ranks: ranks, builtProgram("sheaf"), arguments)).wait(timeLimit: 60)
  }

  private func planes(in directory: String) throws -> String {
    #expect(try run(["phantom", directory + "/organ", "--extent", "12,24,24", "--structures", "nuclei"]).code == 0)
    return directory + "/organ/nuclei/planes"
  }

  /// In the first, a middle and the last place of a series, and as the only file; for every command that reads volumes.
  @Test(arguments: [0, 2]) func pipesSocketsAndDevicesAreRefusedAtOnce(ranks: Int) throws {
    try withTemporaryDirectory { directory in
      let planes = try planes(in: directory)
      let names = try directoryEntries(planes).sorted()
      for name in [names[0], names[5], names[names.count - 1]] {
        let plane = joinPath(planes, name)
        let kept = try readWholeFile(plane)
        for kind in ["pipe", "device"] {
          unlink(plane)
          if kind == "pipe" { mkfifo(plane, 0o600) } else { symlink("/dev/zero", plane) }
          let ending = try run(["tile", planes, directory + "/s.zarr"], ranks: ranks)
          #expect(!ending.timedOut && ending.code == 66, "\(kind) \(name): \(ending.code) \(ending.errors)")
          #expect(ending.errors.contains(name) && ending.errors.contains(kind), "\(ending.errors)")
          #expect(!fileExists(directory + "/s.zarr"))
        }
        unlink(plane)
        try kept.write(to: URL(fileURLWithPath: plane))
      }
      let volumes = [
        "p.tif", "p.nii", "p.nii.gz", "p.mha", "p.mhd", "p.npy", "p.ims", "p.h5", "p.xml", "p.safetensors",
      ]
      for name in ranks > 0 ? [] : volumes {
        mkfifo(joinPath(directory, name), 0o600)
        for command in [
          ["info"], ["tile", directory + "/x.zarr"], ["export", directory + "/x.nii"],
          ["picture", directory + "/x.png"],
        ] {
          let ending = try run([command[0], joinPath(directory, name)] + command.dropFirst())
          #expect(!ending.timedOut && ending.code == 66, "\(command[0]) \(name): \(ending.code) \(ending.errors)")
          #expect(ending.errors.contains(name), "\(ending.errors)")
        }
      }
    }
  }

  /// `.mhd` may name its voxels anywhere: they are read where they are files, with a warning, and refused elsewhere.
  @Test func aHeaderThatNamesFilesElsewhere() throws {
    try withTemporaryDirectory { directory in
      try createDirectory(directory + "/a")
      try createDirectory(directory + "/b")
      try Data(0..<24).write(to: URL(fileURLWithPath: directory + "/b/v.raw"))
      func header(_ file: String) throws {
        try Data(
          """
          ObjectType = Image
          NDims = 3
          DimSize = 4 3 2
          ElementSpacing = 0.002 0.002 0.004
          ElementType = MET_UCHAR
          ElementDataFile = \(file)\n
          """.utf8
        ).write(to: URL(fileURLWithPath: directory + "/a/v.mhd"))
      }
      for file in ["../b/v.raw", directory + "/b/v.raw"] {
        try header(file)
        let ending = try run(["tile", directory + "/a/v.mhd", directory + "/s.zarr", "--overwrite"])
        #expect(ending.code == 0 && ending.errors.contains("outside the directory of the file"), "\(ending.errors)")
        #expect(try run(["info", directory + "/s.zarr"]).output.contains("outside the directory of the file"))
        #expect(try run(["tile", directory + "/a/v.mhd", directory + "/t.zarr", "--strict"]).code == 65)
      }
      for file in ["/dev/zero", "../b", "/dev/null", "../missing.raw"] {
        try header(file)
        let ending = try run(["tile", directory + "/a/v.mhd", directory + "/t.zarr"])
        #expect(ending.code == 66 && !ending.timedOut, "\(file): \(ending.errors)")
      }
      mkfifo(directory + "/b/pipe", 0o600)
      try header("../b/pipe")
      #expect(try run(["info", directory + "/a/v.mhd"]).errors.contains("named pipe"))
    }
  }

  /// A store, half of it, under another name.
  @Test func anUnfinishedStoreThatWasRenamedResumes() throws {
    try withTemporaryDirectory { directory in
      #expect(try run(["phantom", directory + "/organ", "--extent", "96,160,160", "--structures", "nuclei"]).code == 0)
      func tile(_ name: String) -> [String] {
        [
          "tile", directory + "/organ/nuclei/planes", directory + "/" + name, "--chunk", "16", "--shard", "16,32,32",
          "--threads", "1", "--voxel-size", "4,2,2",
        ]
      }
      let program = try Running([builtProgram("sheaf")] + tile("old.zarr"))
      let (_, wasStopped) = program.stop(with: SIGTERM) { fileCount(below: directory + "/old.zarr/0/c") > 50 }
      #expect(wasStopped)
      try FileManager.default.moveItem(atPath: directory + "/old.zarr", toPath: directory + "/new.zarr")
      let resumed = try run(tile("new.zarr"))
      #expect(resumed.code == 0 && resumed.errors.contains("done already"), "\(resumed.errors)")
      #expect(try run(["verify", directory + "/new.zarr"]).code == 0)
    }
  }
}
