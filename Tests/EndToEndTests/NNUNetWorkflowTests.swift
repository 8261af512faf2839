import Files
import Foundation
import Launching
import Networks
import PeerEnvironment
import Scratch
import TestTraits
import Testing

/// From a checkpoint and a raw dataset of nnU-Net to a segmented and evaluated volume, as typed.
@Suite struct NNUNetWorkflowTests {
  /// Two folds of a `PlainConvUNet`, nnU-Net's default network.
  private static let results =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path
    + "/InferenceTests/Fixtures/NNUNet/binary/nnUNetTrainer__nnUNetPlans__3d_fullres"

  /// Bright balls; in a part of each volume that nobody annotated they are not labelled.
  private static let script = """
    import json, os, sys, numpy as np, nibabel as nib
    d = sys.argv[1]
    rng = np.random.default_rng(4)
    def save(a, path): nib.save(nib.Nifti1Image(np.ascontiguousarray(a.transpose(2, 1, 0)), np.diag([2, 2, 4, 1])), path)
    def case():
      image, label = rng.normal(200, 12, (24, 40, 40)), np.zeros((24, 40, 40), np.uint8)
      grid = np.indices(image.shape)
      for n in range(14):
        c = [rng.integers(3, s - 3) for s in image.shape]
        ball = sum((g - x) ** 2 for g, x in zip(grid, c)) < 9
        image[ball] += 250
        label[ball] = 1 + n % 2
      return image.clip(0, 65535).astype(np.uint16), label
    def dataset(name, channels=1, stray=0, **more):
      os.makedirs(f"{d}/{name}/imagesTr"); os.makedirs(f"{d}/{name}/labelsTr")
      for n in range(4):
        image, label = case()
        label[:, :, 30:] = 3
        label[0, 0, 0] = stray
        for channel in range(channels): save(image, f"{d}/{name}/imagesTr/c{n}_{channel:04}.nii.gz")
        save(label, f"{d}/{name}/labelsTr/c{n}.nii.gz")
      json.dump(dict({"channel_names": {str(c): f"dye {c}" for c in range(channels)}, "numTraining": 4,
        "labels": {"background": 0, "cells": 1, "nuclei": 2, "ignore": 3}, "file_ending": ".nii.gz"}, **more),
        open(f"{d}/{name}/dataset.json", "w"))
    dataset("Dataset001_Cells")
    json.dump([{"train": ["c0", "c3"], "val": ["c1", "c2"]}, {"train": ["c1", "c2"], "val": ["c0", "c3"]}],
      open(f"{d}/Dataset001_Cells/splits_final.json", "w"))
    dataset("Dataset002_Two", channels=2)
    dataset("Dataset003_Stray", stray=9)
    dataset("Dataset004_Photographs", overwrite_image_reader_writer="NaturalImage2DIO")
    image, label = case()
    save(image, d + "/test.nii.gz"); save((label > 0).astype(np.uint8), d + "/truth.nii.gz")
    """

  private func sheaf(_ arguments: [String]) throws -> Ending {
    try Running(launch(ranks: 0, builtProgram("sheaf"), arguments)).wait()
  }

  @Test(.needsPeers) func aPlainNetworkLearnsFromARawDataset() throws {
    try withTemporaryDirectory { (directory: String) throws -> Void in
      _ = try PeerEnvironment.required().run(Self.script, arguments: [directory])
      let (dataset, model) = (directory + "/Dataset001_Cells", directory + "/model")
      func finetune(_ pairs: String, _ more: [String]) throws -> Ending {
        try sheaf(
          ["finetune", directory + "/" + pairs, "-o", model, "--crop", "16", "--batch", "2", "--threads", "1"] + [
            "--device", "cpu", "--from", Self.results + "/fold_0/checkpoint_final.pth",
          ] + more)
      }
      // What must not be trained on leaves nothing behind.
      for (pairs, more, code, words) in [
        ("Dataset001_Cells", ["--folds", "5"], 64, ["splits_final.json", "2 folds"]),
        ("Dataset002_Two", [], 64, ["0: dye 0, 1: dye 1", "--channel"]),
        ("Dataset003_Stray", [], 65, ["c0.nii.gz", "label 9"]),
        ("Dataset004_Photographs", [], 65, ["NaturalImage2DIO"]),
      ] as [(String, [String], Int32, [String])] {
        let ending = try finetune(pairs, ["--steps", "1"] + more)
        #expect(ending.code == code, "\(pairs): \(ending.errors)")
        for word in words { #expect(ending.errors.contains(word), "\(pairs): \(ending.errors)") }
        #expect(!fileExists(model + "/model.safetensors"))
      }
      // By the optimiser that the network was trained with.
      let tuned = try finetune(
        "Dataset001_Cells",
        ["--steps", "60", "--folds", "2", "--fold", "1", "--overwrite", "--set", "optimizer=sgd"])
      #expect(tuned.code == 0, "\(tuned.errors)")
      for words in [
        "cells, nuclei (0=0,1=1,2=1,3=ignore)", "validation on c0, c3", "splits_final.json", "tensors loaded",
      ] {
        #expect(tuned.errors.contains(words), "\(words): \(tuned.errors)")
      }
      let rows = try String(contentsOfFile: model + "/metrics.csv", encoding: .utf8).split(separator: "\n").dropFirst()
        .compactMap { Double($0.split(separator: ",", omittingEmptySubsequences: false)[1]) }
      #expect(rows.count == 60 && rows.suffix(10).reduce(0, +) < 0.8 * rows.prefix(10).reduce(0, +), "\(rows)")
      let description = try Model.load(model).description
      #expect(description.architecture?.encoder == .plain && description.averaging == .probabilities)

      let found = directory + "/found.zarr"
      let inferred = try sheaf(
        ["infer", directory + "/test.nii.gz", "-o", found, "--model", model, "--threads", "1", "--device", "cpu"])
      #expect(inferred.code == 0, "\(inferred.errors)")
      let scored = try sheaf(["evaluate", found, directory + "/truth.nii.gz", "--json"])
      #expect(scored.code == 0, "\(scored.errors)")
      // Balls of 250 over noise of 12 are easy, also where nobody annotated any.
      let dice = try JSONValue(parsing: Data(scored.output.utf8), path: "scores")["dice"]?.asNumber
      #expect(dice ?? 0 > 0.6, "\(scored.output)")

      try expectDescribed(dataset, [#""cells":[1]"#, #""ignoredLabel":3"#, #""cases":4"#])
      try expectDescribed(
        Self.results,
        [#""kind":"results folder of nnU-Net""#, #""averaged":"logits""#, "PlainConvUNet", #""outputs":2"#])
      try expectDescribed(model + "/model.safetensors", [#""averaged":"probabilities""#, "PlainConvUNet"])
    }
  }

  private func expectDescribed(_ path: String, _ words: [String]) throws {
    let told = try sheaf(["info", path, "--json"])
    #expect(told.code == 0, "\(told.errors)")
    let text = told.output.filter { !$0.isWhitespace }
    for word in words { #expect(text.contains(word.filter { !$0.isWhitespace }), "\(word): \(told.output)") }
  }
}
