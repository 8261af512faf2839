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

/// `sheaf infer` with several networks and with networks that are none, as typed.
@Suite struct EnsembleCommandTests {
  /// A store of a phantom's nuclei, and untrained networks of three folds.
  private func prepare(_ directory: String) throws {
    let sheaf = builtProgram("sheaf")
    for arguments in [
      ["phantom", "\(directory)/organ", "--extent", "32,48,56", "--seed", "3", "--structures", "nuclei"],
      [
        "tile", "\(directory)/organ/nuclei/planes", "\(directory)/in.zarr", "--chunk", "16", "--shard", "16,32,32",
        "--voxel-size", "4,2,2",
      ],
    ] {
      let ending = try Running(launch(ranks: 0, sheaf, arguments)).wait()
      try #require(ending.code == 0, "\(ending.errors)")
    }
    for fold in 0..<3 { try save("\(directory)/folds/fold-\(fold)", seed: UInt64(fold + 1)) }
  }

  private func save(
    _ path: String, seed: UInt64, task: ModelDescription.Task = .segmentation, spoil: Float? = nil
  ) throws {
    let architecture = ArchitectureDescription(.extraSmall, classes: 2, deepSupervision: false)
    let network = try ResidualEncoderUNet(architecture, seed: seed)
    if let spoil { try network.parameters[3].tensor.fill(Double(spoil)) }
    try createDirectory(path)
    try Model.save(
      network, ModelDescription(task: task, architecture: architecture, crop: [32, 32, 32]), inDirectory: path)
  }

  private func infer(_ directory: String, _ output: String, models: [String], ranks: Int = 0, _ more: [String] = [])
    throws -> Running
  {
    try Running(
      launch(
        ranks: ranks, builtProgram("sheaf"),
        [
          "infer", "\(directory)/in.zarr", "-o", "\(directory)/\(output).zarr", "--min-voxels", "3", "--threads", "1",
          "--device", "cpu",
        ] + models.flatMap { ["--model", "\(directory)/\($0)"] } + more))
  }

  private func probabilities(_ path: String) throws -> [UInt8] {
    let array = try Store.open(path).levels[0]
    return try array.read(Region(array.extent)).array(of: UInt8.self)
  }

  @Test func anEnsembleIsTheMeanOfItsMembersOnAnyRanks() throws {
    try withTemporaryDirectory { (directory: String) throws -> Void in
      try prepare(directory)
      func succeed(_ running: Running) throws -> Ending {
        let ending = running.wait()
        try #require(ending.code == 0, "\(ending.errors)")
        return ending
      }
      let members = try (0..<3).map { fold in
        _ = try succeed(infer(directory, "fold\(fold)", models: ["folds/fold-\(fold)"]))
        return try probabilities("\(directory)/fold\(fold).zarr").map(Double.init)
      }
      let ending = try succeed(infer(directory, "all", models: ["folds"]))
      #expect(ending.errors.contains("mean of 3 networks"), "\(ending.errors)")
      let mean = try probabilities("\(directory)/all.zarr").map(Double.init)
      // Both sides are rounded to 255ths.
      let isMean = mean.indices.allSatisfy { index in
        abs(mean[index] - members.reduce(0) { $0 + $1[index] } / 3) <= 1
      }
      #expect(isMean)
      // One by one in the same order, on ranks, and interrupted.
      let alone = try contents(ofDirectory: "\(directory)/all.zarr")
      let oneByOne = (0..<3).map { "folds/fold-\($0)" }
      for ranks in 1...3 {
        _ = try succeed(infer(directory, "ranks\(ranks)", models: oneByOne, ranks: ranks))
        #expect(differences(try contents(ofDirectory: "\(directory)/ranks\(ranks).zarr"), alone) == [])
      }
      let mirror = ["--mirror"]
      _ = try succeed(infer(directory, "mirrored", models: oneByOne, mirror))
      let store = "\(directory)/stopped.zarr"
      let (_, wasStopped) = try infer(directory, "stopped", models: oneByOne, ranks: 2, mirror).stop(with: SIGKILL) {
        fileCount(below: store) >= 8
      }
      #expect(wasStopped)
      #expect(waitForOrphans(naming: directory))
      // Other members, another order or no mirroring are another output.
      for (models, more, words) in [
        (Array(oneByOne.prefix(2)), mirror, "models"), (oneByOne.reversed(), mirror, "model"), (oneByOne, [], "mirror"),
      ] {
        let refused = try infer(directory, "stopped", models: models, more).wait()
        #expect(refused.code == 73 && refused.errors.contains(words), "\(refused.errors)")
      }
      _ = try succeed(infer(directory, "stopped", models: oneByOne, ranks: 3, mirror))
      #expect(
        differences(try contents(ofDirectory: store), try contents(ofDirectory: "\(directory)/mirrored.zarr")) == [])
      #expect(try probabilities("\(directory)/mirrored.zarr") != probabilities("\(directory)/all.zarr"))
    }
  }

  @Test func whatIsNoNetworkForThisIsRefusedBeforeAnythingIsWritten() throws {
    try withTemporaryDirectory { (directory: String) throws -> Void in
      try prepare(directory)
      try save("\(directory)/pretrained", seed: 4, task: .reconstruction)
      try save("\(directory)/diverged", seed: 4, spoil: .nan)
      try createDirectory("\(directory)/nothing")
      for (models, code, words) in [
        (["pretrained"], Int32(64), "is a pretraining checkpoint"),
        (["folds/fold-0", "pretrained"], 64, "pretraining"),
        (["diverged"], 65, "not finite: 1 tensor has infinite values or NaN"),
        (["folds/fold-0", "diverged"], 65, "diverged/model.safetensors"),
        (["folds", "folds/fold-1"], 64, "given twice"), (["nothing"], 66, "holds no model"),
      ] {
        let ending = try infer(directory, "refused", models: models).wait()
        #expect(ending.code == code && ending.errors.contains(words), "\(models): \(ending.errors)")
        #expect(!fileExists("\(directory)/refused.zarr"))
      }
    }
  }
}
