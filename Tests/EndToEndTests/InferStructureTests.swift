import Architectures
import Files
import Foundation
import Launching
import Networks
import Scratch
import Testing
import Torch
import Voxels

/// `sheaf infer` with a network that was trained on several structures, and whose validation chose for each of them.
@Suite struct InferStructureTests {
  @discardableResult
  private func sheaf(_ arguments: [String], ranks: Int = 0, code: Int32 = 0) throws -> Ending {
    let ending = try Running(launch(ranks: ranks, builtProgram("sheaf"), arguments)).wait()
    #expect(ending.code == code, "\(arguments): \(ending.errors)")
    return ending
  }

  /// Planes of a volume that says nothing of a structure, by their name in the directory.
  private func planes(_ directory: String, _ extent: Extent) throws -> String {
    try sheaf(["phantom", "\(directory)/organ", "--extent", extent.text, "--structures", "nuclei"])
    return "organ/nuclei/planes"
  }

  private func settings(_ output: String) throws -> [String: String] {
    let document = try JSONSerialization.jsonObject(with: readWholeFile("\(output)/.sheaf/settings.json"))
    return try #require((document as? [String: Any])?["settings"] as? [String: String])
  }

  /// A structure is that of the store, or the one that is asked for; what is not known has the general choice, and what is
  /// given by hand holds for all. Files, cases and stores are cut alike.
  @Test func choicesOfTheStructureAreTaken() throws {
    let scratch = try ScratchDirectory()
    let directory = scratch.path
    let architecture = ArchitectureDescription(.extraSmall, classes: 2, deepSupervision: false)
    try createDirectory("\(directory)/model")
    try Model.save(
      try ResidualEncoderUNet(architecture, seed: 11),
      ModelDescription(
        task: .segmentation, architecture: architecture, crop: [16, 16, 16], threshold: 0.45, minimumObjectSize: 0,
        structureChoices: [
          "plaques": ObjectChoice(threshold: 0.5, minimumObjectSize: 40),
          "cell nuclei": ObjectChoice(threshold: 0.47, minimumObjectSize: 0),
        ]), inDirectory: "\(directory)/model")
    let planes = try planes(directory, Extent(20, 24, 28))
    for (store, structure) in [("plaques", "plaques"), ("nuclei", "cell nuclei"), ("other", "fibres")] {
      try sheaf(["tile", "\(directory)/\(planes)", "\(directory)/\(store).zarr", "--structure", structure])
    }
    let common = ["--model", "\(directory)/model", "--threads", "1", "--device", "cpu"]
    func infer(
      _ input: String, _ more: [String] = [], ranks: Int = 0
    ) throws -> (said: String, settings: [String: String]) {
      let output = "\(directory)/out.zarr"
      let ending = try sheaf(
        ["infer", "\(directory)/\(input)", "-o", output, "--overwrite"] + common + more, ranks: ranks)
      return (ending.errors, try settings(output))
    }
    for (input, more, threshold, size) in [
      ("plaques.zarr", [], "0.5", "40"), ("nuclei.zarr", [], "0.47", "1"), ("other.zarr", [], "0.45", "1"),
      (planes, [], "0.45", "1"), (planes, ["--structure", "plaques"], "0.5", "40"),
      ("nuclei.zarr", ["--structure", "plaques"], "0.5", "40"),
      ("plaques.zarr", ["--threshold", "0.4"], "0.4", "40"), ("plaques.zarr", ["--min-voxels", "3"], "0.5", "3"),
    ] {
      let found = try infer(input, more)
      #expect(found.settings["threshold"] == threshold, "\(input) \(more)")
      #expect(found.settings["min-voxels"] == size, "\(input) \(more)")
      let isOfPlaques = found.said.contains("chose for plaques")
      #expect(isOfPlaques == (size == "40" || threshold == "0.5"), "\(input) \(more): \(found.said)")
    }
    #expect(try infer(planes, ["--structure", "cell nuclei"], ranks: 2).settings["label-name"] == "cell-nuclei")

    // A mask has what the labels have, in memory, as a case and block by block.
    try sheaf(["infer", "\(directory)/plaques.zarr", "-o", "\(directory)/own.zarr"] + common)
    try sheaf([
      "export", "\(directory)/own.zarr/labels/plaques", "\(directory)/labels.npy", "--threshold", "1", "--type",
      "uint8",
    ])
    try sheaf(["infer", "\(directory)/plaques.zarr", "-o", "\(directory)/mask.npy"] + common)
    try sheaf(
      ["infer", "\(directory)/\(planes)", "-o", "\(directory)/blocks.npy", "--structure", "plaques"] + common, ranks: 2)
    try sheaf(
      [
        "infer", "\(directory)/plaques.zarr", "\(directory)/other.zarr", "-o", "\(directory)/cases", "--format", "npy",
      ] + common)
    let expected = try readWholeFile("\(directory)/mask.npy")
    #expect(expected.suffix(Extent(20, 24, 28).count).contains(1))
    #expect(try readWholeFile("\(directory)/labels.npy").suffix(20 * 24 * 28) == expected.suffix(20 * 24 * 28))
    #expect(try readWholeFile("\(directory)/blocks.npy") == expected)
    #expect(try readWholeFile("\(directory)/cases/plaques.npy") == expected)
    #expect(try readWholeFile("\(directory)/cases/other.npy") != expected)
  }

  @Test func aStructureThatItDoesNotKnowIsRefused() throws {
    let scratch = try ScratchDirectory()
    let directory = scratch.path
    let architecture = ArchitectureDescription(.extraSmall, classes: 2, deepSupervision: false)
    let several = [
      "a": ObjectChoice(threshold: 0.4, minimumObjectSize: 0), "b": ObjectChoice(threshold: 0.6, minimumObjectSize: 9),
    ]
    for (name, choices) in [("several", several), ("one", [:])] {
      try createDirectory("\(directory)/\(name)")
      try Model.save(
        try ResidualEncoderUNet(architecture, seed: 11),
        ModelDescription(
          task: .segmentation, architecture: architecture, crop: [16, 16, 16], threshold: 0.5,
          structureChoices: choices), inDirectory: "\(directory)/\(name)")
    }
    let planes = try planes(directory, Extent(16))
    func infer(_ model: String, code: Int32) throws -> Ending {
      try sheaf(
        [
          "infer", "\(directory)/\(planes)", "-o", "\(directory)/out-\(model).zarr", "--model", "\(directory)/\(model)",
          "--structure", "c", "--device", "cpu", "--threads", "1",
        ], code: code)
    }
    let refused = try infer("several", code: 64)
    #expect(refused.errors.contains("--structure c is none of those that the network was validated on: a, b"))
    #expect(!fileExists("\(directory)/out-several.zarr"))
    // A network of one structure takes any name, which is that of the labels.
    try infer("one", code: 0)
    #expect(fileExists("\(directory)/out-one.zarr/labels/c"))
    let described = try sheaf(["info", "\(directory)/several/model.safetensors"])
    #expect(described.output.contains("a from 0.4; b from 0.6 and 9 voxels"), "\(described.output)")
  }
}
