import Files
import Foundation
import Launching
import Scratch
import Testing
import Voxels

/// The scores of a validation while a network trains are those of `infer` and `evaluate` with the finished network.
@Suite(.serialized) struct ValidationAgreementTests {
  /// A volume that is validated on.
  private struct Case: Sendable {
    let name: String
    let extent: Extent
    /// 0 background, 1 foreground, 2 not annotated.
    let label: @Sendable (Coordinate, _ isObject: Bool) -> UInt8
    var structure = "cell nuclei"
    /// Without objects a network may still find some.
    var hasObjects = true
  }

  private static let cases = [
    Case(name: "dense", extent: Extent(20, 33, 18)) { $1 ? 1 : 0 },
    // A few planes of many, so that most tiles hold no annotation.
    Case(name: "sparse", extent: Extent(50, 24, 17)) { (22..<30).contains($0.z) ? ($1 ? 1 : 0) : 2 },
    Case(name: "empty", extent: Extent(16, 20, 16), label: { _, _ in 0 }, hasObjects: false),
    Case(name: "thin", extent: Extent(3, 40, 21)) { $1 ? 1 : 0 },
    Case(name: "plane", extent: Extent(1, 37, 26)) { $1 ? 1 : 0 },
    Case(name: "unknown", extent: Extent(12, 12, 12), label: { $1 ? 1 : 0 }, structure: ""),
  ]

  @Test func scoresAreThoseOfInferAndEvaluate() throws {
    try withTemporaryDirectory { directory in
      func sheaf(_ arguments: [String], _ ranks: Int = 0) throws -> Ending {
        let ending = try Running(launch(ranks: ranks, builtProgram("sheaf"), arguments)).wait()
        try #require(ending.code == 0, "\(arguments): \(ending.errors)")
        return ending
      }
      let training = Case(name: "training", extent: Extent(32), label: { $1 ? 1 : 0 })
      var list = ""
      for (number, item) in ([training] + Self.cases).enumerated() {
        try write(item, seed: UInt64(number), to: directory)
        list += "- {image: \(item.name).npy, label: \(item.name)-labels.npy, structure: '\(item.structure)'"
        list += number == 0 ? "}\n" : ", validation: true}\n"
        if number > 0 { _ = try sheaf(["tile", "\(directory)/\(item.name).npy", "\(directory)/\(item.name).zarr"]) }
      }
      try publish(list, to: "\(directory)/pairs.yaml")
      let map = "0=0,1=1,2=ignore"
      // What a network is trained in is not what `infer` computes in.
      for (ranks, ema, precision, crop) in [(0, "0", "fp32", "16"), (2, "0.9", "bf16", "24")] {
        let run = "\(directory)/run-\(ranks)"
        let ending = try sheaf(
          [
            "finetune", "\(directory)/pairs.yaml", "-o", run, "--from-scratch", "--steps", "30", "--label-map", map,
          ] + TrainingFixture.small + [
            "--set", "ema=\(ema)", "--threads", "2", "--precision", precision, "--crop", crop,
          ], ranks)
        #expect(ending.errors.contains("cell nuclei  isolated"), "\(ending.errors)")
        let validation = try json(readWholeFile("\(run)/validation.json"))
        let volumes = try #require(validation["volumes"] as? [[String: Any]])
        #expect(volumes.count == Self.cases.count)
        for (item, scores) in zip(Self.cases, volumes) {
          let output = "\(run)-\(item.name).zarr"
          _ = try sheaf(
            ["infer", "\(directory)/\(item.name).zarr", "-o", output, "--model", run, "--no-labels", "--device", "cpu"])
          let category = item.structure.isEmpty ? [] : ["--category", "isolated"]
          let ending = try sheaf(
            ["evaluate", output, "\(directory)/\(item.name)-labels.npy", "--label-map", map, "--json"] + category)
          let expected = try json(Data(ending.output.utf8))
          let voxels = try #require(expected["voxels"] as? [String: Any])
          for key in ["truePositives", "falsePositives", "falseNegatives"] {
            #expect(scores[key] as? Int == voxels[key] as? Int, "\(item.name), \(ranks) ranks: \(key)")
          }
          #expect(scores["dice"] as? Double == expected["dice"] as? Double, "\(item.name)")
          let objects = expected["objects"] as? [String: Any]
          for key in ["panopticQuality", "panopticQualityByDice"] {
            #expect(scores[key] as? Double == objects?[key] as? Double, "\(item.name), \(ranks) ranks: \(key)")
            #expect(scores[key] is Double)
          }
          let centrelines = expected["centrelines"] as? [String: Any]
          #expect(scores["clDice"] as? Double == centrelines?["clDice"] as? Double, "\(item.name)")
          #expect((scores["clDice"] is NSNull) == !item.structure.isEmpty)
        }
        try compareChosen(run, validation, directory, map, sheaf)
        // The network finds something, and not everything: all scores that are compared mean something.
        let dice = try #require(volumes[0]["dice"] as? Double)
        #expect(dice > 0.1 && dice < 1)
      }
    }
  }

  /// The scores with what the validation chose are those of what `infer` makes of it by default: labels from its threshold,
  /// without objects below its minimum size.
  private func compareChosen(
    _ run: String, _ validation: [String: Any], _ directory: String, _ map: String,
    _ sheaf: ([String], Int) throws -> Ending
  ) throws {
    let chosen = try #require(validation["chosen"] as? [String: Any])
    let threshold = try #require(chosen["threshold"] as? Double)
    let model = try json(readWholeFile("\(run)/model.json"))
    #expect(model["threshold"] as? Double == threshold)
    #expect(model["minimumObjectSize"] as? Int == chosen["minimumObjectSize"] as? Int)
    let volumes = try #require(chosen["volumes"] as? [[String: Any]])
    let structures = try #require(chosen["structures"] as? [[String: Any]])
    #expect(structures.map { $0["structure"] as? String } == ["", "cell nuclei"])
    #expect(structures.map { $0["volumes"] as? Int } == [1, 5])
    for number in [0, 2] {
      let item = Self.cases[number]
      let output = "\(run)-\(item.name)-labels.zarr"
      let ending = try sheaf(
        [
          "infer", "\(directory)/\(item.name).zarr", "-o", output, "--model", run, "--label-name", "found", "--device",
          "cpu",
        ], 0)
      #expect(ending.errors.contains("foreground from a probability of \(threshold)"), "\(ending.errors)")
      let settings = try json(readWholeFile("\(output)/.sheaf/settings.json"))
      #expect((settings["settings"] as? [String: String])?["threshold"] == "\(threshold)")
      let evaluated = try sheaf(
        [
          "evaluate", "\(output)/labels/found", "\(directory)/\(item.name)-labels.npy", "--label-map", map,
          "--category",
          "isolated", "--json",
        ], 0)
      let expected = try json(Data(evaluated.output.utf8))
      #expect(volumes[number]["dice"] as? Double == expected["dice"] as? Double, "\(item.name)")
      let objects = expected["objects"] as? [String: Any]
      #expect(volumes[number]["panopticQuality"] as? Double == objects?["panopticQuality"] as? Double, "\(item.name)")
      // Labels made again are those of the same threshold.
      _ = try sheaf(["label", output, "-o", "\(output)-again.zarr"], 0)
      #expect(try finest("\(output)-again.zarr") == finest("\(output)/labels/found"))
    }
  }

  /// Every file of the finest level.
  private func finest(_ store: String) throws -> [String: Data] { try contents(ofDirectory: "\(store)/0") }

  /// One network for two structures: crops of one organ stay together, and both structures are scored by themselves.
  @Test func structuresAreScoredByThemselves() throws {
    try withTemporaryDirectory { directory in
      let fixture = try TrainingFixture(in: directory)
      try fixture.sheaf([
        "phantom", directory + "/two", "--extent", "40,80,80", "--structures", "vessels,nuclei", "--pairs", "2",
        "--pair-extent", "24",
      ])
      let run = directory + "/run"
      let ending = try fixture.sheaf(
        ["finetune", directory + "/two/pairs.yaml", "--from-scratch", "-o", run, "--steps", "2", "--folds", "2"]
          + TrainingFixture.small)
      for category in ["contiguous-dense", "isolated-dense"] {
        #expect(ending.errors.contains(category), "\(ending.errors)")
      }
      let validation = try json(readWholeFile(run + "/validation.json"))
      let structures = try #require(validation["structures"] as? [[String: Any]])
      #expect(structures.map { $0["structure"] as? String } == ["nuclei", "vessels"])
      #expect(structures.map { $0["volumes"] as? Int } == [1, 1])
      let scores = structures.map { $0["scores"] as? [String: Any] }
      #expect(scores[0]?["panopticQuality"] is Double && scores[0]?["clDice"] is NSNull)
      #expect(scores[1]?["panopticQuality"] is NSNull && scores[1]?["clDice"] is Double)
    }
  }

  /// Another number of ranks validates and chooses alike.
  @Test func theChoiceDoesNotDependOnRanks() throws {
    try withTemporaryDirectory { directory in
      let fixture = try TrainingFixture(in: directory)
      let run = directory + "/run"
      try fixture.sheaf([
        "phantom", directory + "/organ", "--extent", "40,80,80", "--structures", "nuclei", "--pairs", "3",
        "--pair-extent", "24",
      ])
      let list = try String(contentsOfFile: directory + "/organ/pairs.yaml", encoding: .utf8)
      try publish(
        list.replacing("organ 1}", with: "organ 1, validation: true}")
          .replacing("organ 2}", with: "organ 2, validation: true}"), to: directory + "/organ/list.yaml")
      let command =
        ["finetune", directory + "/organ/list.yaml", "--from-scratch", "-o", run, "--steps", "20"]
        + TrainingFixture.small
      let ending = try fixture.sheaf(command)
      #expect(ending.errors.contains("chosen for infer on these volumes: foreground from"), "\(ending.errors)")
      let files = ["validation.json", "model.json", "model.safetensors"].map { run + "/" + $0 }
      let before = try files.map { try readWholeFile($0) }
      // As a run that was killed after its last checkpoint, which has its last validation to do again.
      let record = try String(contentsOfFile: run + "/run.json", encoding: .utf8)
      try publish(
        record.replacing("\"isFinished\" : true", with: "\"isFinished\" : false")
          .replacing(/"checksum" : "0x[0-9a-f]{8}",\s*/, with: ""), to: run + "/run.json")
      for file in files + [run + "/.sheaf/contents.json"] { try FileManager.default.removeItem(atPath: file) }
      try fixture.sheaf(command, ranks: 2)
      #expect(try files.map { try readWholeFile($0) } == before)
    }
  }

  private func json(_ data: Data) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  /// Bright balls in noise, and their labels.
  private func write(_ item: Case, seed: UInt64, to directory: String) throws {
    var random = RandomStream(seed: seed, name: "voxels")
    let extent = item.extent
    let centres = (0..<6).map { _ in
      Coordinate(
        random.integer(below: extent.z), random.integer(below: extent.y), random.integer(below: extent.x))
    }
    var voxels: [UInt16] = []
    var labels: [UInt8] = []
    Region(extent).forEachPosition { position in
      let isObject =
        item.hasObjects
        && centres.contains { centre in
          let offset = position - centre
          return offset.z * offset.z + offset.y * offset.y + offset.x * offset.x <= 14
        }
      voxels.append(UInt16(200 + 12 * random.normal() + (isObject ? 60 : 0)))
      labels.append(item.label(position, isObject))
    }
    func write<Scalar>(_ values: [Scalar], _ type: String, _ name: String) throws {
      var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(extent.z), \(extent.y), \(extent.x))}"
      header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
      let start = Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0, 118, 0]) + Data(header.utf8)
      try publish(start + values.withUnsafeBytes { Data($0) }, to: "\(directory)/\(name).npy")
    }
    try write(voxels, "<u2", item.name)
    try write(labels, "|u1", "\(item.name)-labels")
  }
}
