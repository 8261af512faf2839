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

/// `sheaf label` gives the labels and the table that `sheaf infer` gives with the same settings.
@Suite struct LabelCommandTests {
  /// A phantom's nuclei as a store, and a tiny network that has learned nothing: its probabilities are as good as any for
  /// what is tested here.
  private func prepare(_ directory: String) throws {
    try sheaf(["phantom", "\(directory)/organ", "--extent", "40,72,88", "--seed", "3", "--structures", "nuclei"])
    try sheaf([
      "tile", "\(directory)/organ/nuclei/planes", "\(directory)/in.zarr", "--chunk", "16", "--shard", "16,32,32",
      "--structure", "nuclei", "--voxel-size", "4,2,2",
    ])
    let architecture = ArchitectureDescription(.extraSmall, classes: 2, deepSupervision: false)
    try createDirectory("\(directory)/model")
    try Model.save(
      ResidualEncoderUNet(architecture, seed: 11),
      ModelDescription(task: .segmentation, architecture: architecture, crop: [32, 32, 32]),
      inDirectory: "\(directory)/model")
  }

  private func infer(_ directory: String, _ output: String, _ settings: [String] = []) throws {
    try sheaf(
      [
        "infer", "\(directory)/in.zarr", "-o", "\(directory)/\(output).zarr", "--model", "\(directory)/model",
        "--objects", "\(directory)/\(output).csv", "--threads", "1", "--device", "cpu",
      ] + settings)
  }

  private func label(_ directory: String, _ output: String, _ settings: [String]) -> [String] {
    [
      "label", "\(directory)/probabilities.zarr", "-o", "\(directory)/\(output).zarr", "--objects",
      "\(directory)/\(output).csv", "--threads", "1",
    ] + settings
  }

  @discardableResult
  private func sheaf(_ arguments: [String], ranks: Int = 0) throws -> Ending {
    let ending = try Running(launch(ranks: ranks, builtProgram("sheaf"), arguments)).wait()
    try #require(ending.code == 0, "\(arguments): \(ending.errors)")
    return ending
  }

  /// Everything but Sheaf's own bookkeeping.
  private func published(_ path: String) throws -> [String: Data] {
    try contents(ofDirectory: path).filter { !$0.key.hasPrefix(".sheaf") }
  }

  /// A threshold that leaves `share` of the voxels, between two stored values.
  private func threshold(_ directory: String, leaving share: Double) throws -> String {
    let probabilities = try Store.open("\(directory)/probabilities.zarr").levels[0]
    let values = try probabilities.read(Region(probabilities.extent)).array(of: UInt8.self).sorted()
    return String((Double(values[Int(Double(values.count) * (1 - share))]) + 0.3) / 255)
  }

  @Test func labelsEqualThoseOfInferOnAnyRanksAndAfterInterruptions() throws {
    try withTemporaryDirectory { (directory: String) throws -> Void in
      try prepare(directory)
      try infer(directory, "probabilities")
      let cases = [
        [],
        ["--threshold", try threshold(directory, leaving: 0.05), "--connectivity", "6", "--min-voxels", "3"],
        ["--threshold", try threshold(directory, leaving: 0.2), "--connectivity", "18"],
        ["--threshold", try threshold(directory, leaving: 0.01), "--min-voxels", "2"],
      ]
      for (number, settings) in cases.enumerated() {
        try infer(directory, "inferred\(number)", settings)
        let wanted = try published("\(directory)/inferred\(number).zarr/labels/nuclei")
        let table = try readWholeFile("\(directory)/inferred\(number).csv")
        for ranks in [0, 1, 2] {
          let output = "labels\(number)-\(ranks)"
          try sheaf(label(directory, output, settings), ranks: ranks)
          #expect(
            differences(try published("\(directory)/\(output).zarr"), wanted) == [], "\(settings), \(ranks) ranks")
          #expect(try readWholeFile("\(directory)/\(output).csv") == table, "\(settings), \(ranks) ranks")
        }
      }
      // Cut off at the first file, and among the labels.
      let wanted = try contents(ofDirectory: "\(directory)/labels1-0.zarr")
      let table = try readWholeFile("\(directory)/inferred1.csv")
      var interruptions = 0
      for (number, files) in [1, wanted.count / 2].enumerated() {
        let output = "interrupted\(number)"
        let store = "\(directory)/\(output).zarr"
        let running = try Running(launch(ranks: 2, builtProgram("sheaf"), label(directory, output, cases[1])))
        let (_, wasStopped) = running.stop(with: number == 0 ? SIGTERM : SIGKILL) { fileCount(below: store) >= files }
        if wasStopped { interruptions += 1 }
        #expect(waitForOrphans(naming: directory))
        try sheaf(label(directory, output, cases[1]), ranks: 1)
        #expect(differences(try contents(ofDirectory: store), wanted) == [], "after \(files) files")
        #expect(try readWholeFile("\(directory)/\(output).csv") == table, "after \(files) files")
      }
      #expect(interruptions > 0)
      #expect(try partialFiles(below: directory) == [])
      // Into the probabilities' own store, which stays intact.
      try sheaf(["label", "\(directory)/probabilities.zarr", "--labels", "strict"] + cases[1], ranks: 2)
      #expect(try Store.open("\(directory)/probabilities.zarr").labelNames() == ["nuclei", "strict"])
      let added = try Store.open("\(directory)/probabilities.zarr").label("strict")
      let reference = try Store.open("\(directory)/labels1-0.zarr")
      #expect(
        try added.levels[0].read(Region(added.extent)).array(of: UInt32.self)
          == reference.levels[0].read(Region(added.extent)).array(of: UInt32.self))
      try sheaf(["verify", "\(directory)/probabilities.zarr"])
    }
  }

  @Test func impossibleRequestsEndWithOneSentence() throws {
    try withTemporaryDirectory { (directory: String) throws -> Void in
      func code(_ arguments: [String]) throws -> Int32 {
        let ending = try Running(launch(ranks: 0, builtProgram("sheaf"), ["label"] + arguments)).wait()
        #expect(ending.errors.split(separator: "\n").contains { $0.hasPrefix("sheaf: ") || $0.hasPrefix("Error: ") })
        return ending.code
      }
      #expect(try code(["\(directory)/none.zarr", "-o", "\(directory)/out.zarr"]) == 66)
      #expect(try code(["\(directory)/none.zarr"]) == 64)
      #expect(try code(["\(directory)/none.zarr", "--labels", "../up"]) == 64)
      #expect(try code(["\(directory)/none.zarr", "\(directory)/a", "-o", "\(directory)/b"]) == 64)
      #expect(try code(["\(directory)/none.zarr", "\(directory)/a", "--threshold", "2"]) == 64)
      #expect(try directoryEntries(directory) == [])
    }
  }
}
