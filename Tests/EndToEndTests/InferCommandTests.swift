import Architectures
import Files
import Foundation
import Launching
import Networks
import Scratch
import Testing
import Torch
import Voxels
import Zarr

/// `sheaf infer` and `sheaf evaluate` as typed, on one rank and on several.
@Suite struct InferCommandTests {
  /// A phantom's nuclei as a store, with its labels, and a tiny network that has learned nothing: its probabilities
  /// are as good as any for what is tested here.
  private func prepare(_ directory: String) throws {
    expectSuccess(
      try Running(
        launch(
          ranks: 0, builtProgram("sheaf"),
          ["phantom", "\(directory)/organ", "--extent", "40,72,88", "--seed", "3", "--structures", "nuclei"])))
    expectSuccess(
      try Running(
        launch(
          ranks: 0, builtProgram("sheaf"),
          [
            "tile", "\(directory)/organ/nuclei/planes", "\(directory)/in.zarr", "--chunk", "16", "--shard", "16,32,32",
            "--structure", "nuclei", "--voxel-size", "4,2,2",
          ])))
    let architecture = ArchitectureDescription(.extraSmall, classes: 2, deepSupervision: false)
    let network = try ResidualEncoderUNet(architecture, seed: 11)
    try createDirectory("\(directory)/model")
    try Model.save(
      network, ModelDescription(task: .segmentation, architecture: architecture, crop: [32, 32, 32]),
      inDirectory: "\(directory)/model")
  }

  private func infer(_ directory: String, _ output: String, ranks: Int, threshold: Double) throws -> Running {
    try Running(
      launch(
        ranks: ranks, builtProgram("sheaf"),
        [
          "infer", "\(directory)/in.zarr", "\(directory)/\(output).zarr", "--model", "\(directory)/model", "--objects",
          "\(directory)/\(output).csv", "--min-voxels", "3", "--threads", "1", "--device", "cpu", "--threshold",
          "\(threshold)",
        ]))
  }

  @discardableResult
  private func expectSuccess(_ program: Running) -> Ending {
    let ending = program.wait()
    #expect(ending.code == 0, "\(ending.errors)")
    return ending
  }

  @Test func anyRanksAndAnyInterruptionGiveTheSameBytes() throws {
    try withTemporaryDirectory { (directory: String) throws -> Void in
      try prepare(directory)
      // What an untrained network thinks likeliest are many small objects.
      expectSuccess(try self.infer(directory, "probabilities", ranks: 0, threshold: 0.5))
      let probabilities = try Store.open("\(directory)/probabilities.zarr").levels[0]
      let values = try probabilities.read(Region(probabilities.extent)).array(of: UInt8.self).sorted()
      let threshold = (Double(values[values.count * 95 / 100]) + 0.3) / 255
      func infer(_ output: String, ranks: Int) throws -> Running {
        try self.infer(directory, output, ranks: ranks, threshold: threshold)
      }
      expectSuccess(try infer("alone", ranks: 0))
      let alone = try contents(ofDirectory: "\(directory)/alone.zarr")
      let table = try readWholeFile("\(directory)/alone.csv")
      #expect(alone.keys.contains { $0.hasPrefix("labels/nuclei/0/c/") })
      #expect(table.count > 1000)
      for ranks in 1...3 {
        expectSuccess(try infer("ranks\(ranks)", ranks: ranks))
        #expect(
          differences(try contents(ofDirectory: "\(directory)/ranks\(ranks).zarr"), alone) == [], "\(ranks) ranks")
        #expect(try readWholeFile("\(directory)/ranks\(ranks).csv") == table, "\(ranks) ranks")
      }
      var interruptions = 0
      // At the first file, among the probabilities, and among the labels.
      for (number, files) in [1, alone.count / 3, alone.count * 5 / 6].enumerated() {
        let output = "interrupted\(number)"
        let store = "\(directory)/\(output).zarr"
        let (_, wasStopped) = try infer(output, ranks: 2).stop(with: number % 2 == 0 ? SIGTERM : SIGKILL) {
          fileCount(below: store) >= files
        }
        if wasStopped { interruptions += 1 }
        #expect(waitForOrphans(naming: directory))
        // It may have been done before the signal came; and where nothing was begun there is nothing to be left.
        if isDirectory(store) && !fileExists("\(store)/.sheaf/summary.json") {
          for path in ["\(store)/zarr.json", "\(store)/0/c/0/0/1", "\(directory)/\(output).csv"] {
            try leavePartialFile(of: path)
          }
        }
        expectSuccess(try infer(output, ranks: 3))
        #expect(differences(try contents(ofDirectory: store), alone) == [], "after \(files) files")
        #expect(try readWholeFile("\(directory)/\(output).csv") == table, "after \(files) files")
      }
      #expect(interruptions > 0)
      #expect(try partialFiles(below: directory) == [])
      try evaluates(directory)
    }
  }

  /// Scores of the labels against the truth, the same on any number of ranks.
  private func evaluates(_ directory: String) throws {
    var first: String?
    for ranks in 0...3 {
      let ending = expectSuccess(
        try Running(
          launch(
            ranks: ranks, builtProgram("sheaf"),
            [
              "evaluate", "\(directory)/alone.zarr/labels/nuclei", "\(directory)/organ/nuclei/labels", "--json",
              "--threads", "1",
            ])))
      #expect(ending.output.contains("\"panopticQuality\""))
      #expect(ending.output == first ?? ending.output, "\(ranks) ranks")
      first = ending.output
    }
    let mismatch = try Running(
      launch(
        ranks: 2, builtProgram("sheaf"),
        ["evaluate", "\(directory)/alone.zarr", "\(directory)/alone.zarr/labels/nuclei/1"])
    ).wait()
    #expect(mismatch.code != 0)
  }

  @Test func impossibleRequestsEndWithOneSentence() throws {
    try withTemporaryDirectory { (directory: String) throws -> Void in
      func code(_ arguments: [String]) throws -> Int32 {
        let ending = try Running(launch(ranks: 0, builtProgram("sheaf"), arguments)).wait()
        #expect(ending.errors.split(separator: "\n").contains { $0.hasPrefix("sheaf: ") || $0.hasPrefix("Error: ") })
        return ending.code
      }
      #expect(
        try code(["infer", "\(directory)/none.zarr", "\(directory)/out.zarr", "--model", "\(directory)/none"]) == 66)
      #expect(try code(["infer", directory, "\(directory)/out.zarr", "--model", directory, "--threshold", "2"]) == 64)
      #expect(try code(["evaluate", "\(directory)/none.tif", "\(directory)/none.nii"]) == 66)
      #expect(try code(["evaluate", directory, directory, "--category", "cubic"]) == 64)
      #expect(try directoryEntries(directory) == [])
    }
  }
}
