import Files
import Foundation
import Jobs
import Launching
import Scratch
import Testing

/// What was made of a store goes on only with the store it was made of.
@Suite(.serialized) struct ChangedInputTests {
  private func run(_ arguments: [String], ranks: Int = 0) throws -> Ending {
    try Running(launch(ranks: ranks, builtProgram("sheaf"), arguments)).wait()
  }

  @Test func aStoreMadeAgainFromOtherDataIsNoticed() throws {
    try withTemporaryDirectory { directory in
      let fixture = try TrainingFixture(in: directory)
      let pretrain = ["pretrain", fixture.corpus, "-o", directory + "/run", "--steps", "2"] + TrainingFixture.small
      try fixture.sheaf(pretrain)
      let model = directory + "/model"
      try fixture.sheaf(
        ["finetune", fixture.pairs, "--from-scratch", "-o", model, "--steps", "1", "--folds", "3"]
          + TrainingFixture.small)
      let infer = ["infer", fixture.store, directory + "/out.zarr", "--model", model, "--device", "cpu"]
      try fixture.sheaf(infer)

      // Attributes of another program, and other times, are no other voxels.
      let metadata = fixture.store + "/zarr.json"
      var json = try #require(
        try JSONSerialization.jsonObject(with: readWholeFile(metadata)) as? [String: Any])
      var attributes = try #require(json["attributes"] as? [String: Any])
      var ome = try #require(attributes["ome"] as? [String: Any])
      ome["omero"] = ["channels": [["color": "FFFFFF", "active": true]]]
      attributes["ome"] = ome
      json["attributes"] = attributes
      try JSONSerialization.data(withJSONObject: json).write(to: URL(fileURLWithPath: metadata))
      for name in ["shards", "statistics", "contents.json"] {
        try FileManager.default.setAttributes(
          [.modificationDate: Date(timeIntervalSinceNow: -100)], ofItemAtPath: fixture.store + "/.sheaf/" + name)
      }
      try fixture.sheaf(pretrain)
      try fixture.sheaf(infer)

      // The same store, made of another organ.
      try fixture.sheaf([
        "phantom", directory + "/other", "--extent", "24,48,48", "--structures", "nuclei", "--seed", "9",
      ])
      try fixture.sheaf([
        "tile", directory + "/other/nuclei/planes", fixture.store, "--chunk", "16", "--structure", "nuclei",
        "--voxel-size", "4,2,2", "--overwrite",
      ])
      for ranks in [0, 2] {
        let again = try run(pretrain.map { $0 == directory + "/run" ? $0 + "2" : $0 }, ranks: ranks)
        #expect(again.code == 65, "\(again.code)")
        #expect(again.errors.contains("\(fixture.store) was made again from other data"), "\(again.errors)")
        let inferred = try run(infer, ranks: ranks)
        #expect(inferred.code == 73, "\(inferred.code)")
        #expect(
          inferred.errors.contains("was begun with another input than \(fixture.store) is now"), "\(inferred.errors)")
      }
    }
  }

  @Test func changedWeightsAreNoticed() throws {
    try withTemporaryDirectory { directory in
      let fixture = try TrainingFixture(in: directory)
      let pretrained = directory + "/pretrained"
      func pretrain(seed: Int) -> [String] {
        ["pretrain", fixture.corpus, "-o", pretrained, "--steps", "1", "--seed", "\(seed)", "--overwrite"]
          + TrainingFixture.small
      }
      try fixture.sheaf(pretrain(seed: 1))
      let finetune =
        ["finetune", fixture.pairs, "--from", pretrained, "-o", directory + "/run", "--steps", "2", "--folds", "3"]
        + TrainingFixture.small
      try fixture.sheaf(finetune)
      // Of the same size.
      try fixture.sheaf(pretrain(seed: 2))
      let ending = try run(finetune)
      #expect(ending.code == 73 && ending.errors.contains("was begun with another input than"), "\(ending.errors)")
      #expect(ending.errors.contains(pretrained), "\(ending.errors)")
    }
  }
}
