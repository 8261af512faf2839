import Architectures
import Files
import Foundation
import Networks
import Scratch
import Testing
import Torch

/// Results folders, and what their files say about checkpoints.
@Suite struct NNUNetResultsTests {
  private func plans(patch: [Int] = [8, 8, 8], order: [Int] = [0, 1, 2]) -> JSONValue {
    let network = ArchitectureDescription(features: [2, 3], blocks: [1, 1], classes: 2, deepSupervision: false)
    func list(_ numbers: [Int]) -> JSONValue { .array(numbers.map { .integer($0) }) }
    return [
      "dataset_name": "Dataset007_Cells", "transpose_forward": list(order),
      "configurations": [
        "3d_fullres": [
          "patch_size": list(patch), "spacing": [4, 2, 2], "normalization_schemes": ["ZScoreNormalization"],
          "use_mask_for_norm": [false],
          "architecture": ["network_class_name": "ResidualEncoderUNet", "arch_kwargs": network.arguments],
        ]
      ],
    ]
  }

  private let dataset: JSONValue = [
    "channel_names": ["0": "signal"], "labels": ["background": 0, "cells": 1], "file_ending": ".tif",
  ]

  /// A results folder with weights as `export-weights` writes them, without a description of their own.
  private func makeResults(_ path: String, folds: [String], checkpoint: String = "checkpoint_final.pth") throws {
    let network = try ResidualEncoderUNet(
      ArchitectureDescription(features: [2, 3], blocks: [1, 1], classes: 2, deepSupervision: false), seed: 3)
    let model = Model(
      network, ModelDescription(task: .segmentation, architecture: network.architecture, crop: [8, 8, 8]))
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try publish(plans().serialised(), to: joinPath(path, "plans.json"))
    try publish(dataset.serialised(), to: joinPath(path, "dataset.json"))
    for fold in folds {
      try FileManager.default.createDirectory(atPath: joinPath(path, fold), withIntermediateDirectories: true)
      try WeightExport.stateDictionary.write(model, to: joinPath(path, fold, checkpoint))
    }
  }

  @Test func findsFolds() throws {
    let scratch = try ScratchDirectory()
    let results = scratch.file("Dataset007_Cells/nnUNetTrainer__nnUNetPlans__3d_fullres")
    try makeResults(results, folds: ["fold_0", "fold_2", "fold_10", "fold_all"])
    let expected = ["fold_0", "fold_2", "fold_10"].map { joinPath(results, $0, "checkpoint_final.pth") }
    #expect(try modelFiles(at: results) == expected)
    #expect(try modelFiles(at: scratch.file("Dataset007_Cells")) == expected)
    #expect(try modelFiles(at: joinPath(results, "fold_2")) == [expected[1]])
    #expect(try modelFiles(at: joinPath(results, "fold_all")) == [joinPath(results, "fold_all/checkpoint_final.pth")])
    // Plans and dataset of the folder describe a checkpoint that does not do so itself.
    let model = try Model.load(expected[0], segmenting: true)
    #expect(model.description.crop == [8, 8, 8] && model.description.spacing == [4, 2, 2])
    #expect(model.description.structures == ["cells"] && model.description.normalisation.nnUNet == .zScore)
    #expect(model.files == [expected[0], joinPath(results, "plans.json"), joinPath(results, "dataset.json")])
    // One fold is one model.
    let single = scratch.file("single/nnUNetTrainer__nnUNetPlans__3d_fullres")
    try makeResults(single, folds: ["fold_all"])
    #expect(Model.weightsFile(scratch.file("single")) == joinPath(single, "fold_all/checkpoint_final.pth"))
  }

  @Test func saysWhatIsMissing() throws {
    let scratch = try ScratchDirectory()
    func expectRefused(_ path: String, _ words: [String]) {
      do {
        _ = try modelFiles(at: path)
        Issue.record("\(path) was not refused")
      } catch let fault as Fault {
        for word in words { #expect(fault.message.contains(word), "\(fault.message)") }
      } catch { Issue.record("\(error)") }
    }
    let unfinished = scratch.file("a/nnUNetTrainer__nnUNetPlans__3d_fullres")
    try makeResults(unfinished, folds: ["fold_0"], checkpoint: "checkpoint_latest.pth")
    expectRefused(unfinished, ["fold_0", "not finished", "checkpoint_latest.pth"])
    let untrained = scratch.file("b/nnUNetTrainer__nnUNetPlans__3d_fullres")
    try makeResults(untrained, folds: [])
    expectRefused(untrained, ["no fold_0"])
    try makeResults(scratch.file("c/nnUNetTrainer__nnUNetPlans__3d_fullres"), folds: ["fold_0"])
    try makeResults(scratch.file("c/nnUNetTrainer__nnUNetPlans__3d_lowres"), folds: ["fold_0"])
    expectRefused(scratch.file("c"), ["2 trainings", "3d_fullres", "3d_lowres"])
  }

  /// A network that was trained on transposed volumes says of a volume what it would have said of it transposed.
  @Test func transposesWeightsBack() throws {
    let scratch = try ScratchDirectory()
    var described = ArchitectureDescription(features: [2, 3], blocks: [1, 1], classes: 2, deepSupervision: false)
    described.kernels = [[1, 3, 3], [3, 3, 5]]
    described.strides = [[1, 1, 1], [1, 2, 4]]
    let network = try ResidualEncoderUNet(described, seed: 3)
    try network.setExampleWeights()
    let results = scratch.file("nnUNetTrainer__nnUNetPlans__3d_fullres")
    try makeResults(results, folds: [])
    let model = Model(network, ModelDescription(task: .segmentation, architecture: described, crop: [8, 12, 16]))
    try WeightExport.stateDictionary.write(model, to: joinPath(results, "checkpoint_final.pth"))
    var plans = try #require(plans(patch: [8, 12, 16], order: [1, 2, 0]).asObject)
    plans["configurations"] = [
      "3d_fullres": [
        "patch_size": [8, 12, 16], "spacing": [1, 2, 4], "normalization_schemes": ["NoNormalization"],
        "architecture": ["network_class_name": "ResidualEncoderUNet", "arch_kwargs": described.arguments],
      ]
    ]
    try publish(JSONValue.object(plans).serialised(), to: joinPath(results, "plans.json"))
    let restored = try Model.load(joinPath(results, "checkpoint_final.pth"), segmenting: true)
    // Axis 0 of the network is axis 1 (y) of a volume, 1 is 2 (x), 2 is 0 (z).
    #expect(restored.description.crop == [16, 8, 12] && restored.description.spacing == [4, 1, 2])
    let (z, y, x) = (16, 8, 12)
    let volume = numbers(z * y * x, key: 4)
    let seen = (0..<(y * x * z)).map { index in
      let (first, second, third) = (index / (x * z), index / z % x, index % z)
      return volume[(third * y + first) * x + second]
    }
    let expected = try seen.withUnsafeBufferPointer { try model.predict($0, extent: [y, x, z]) }
    let found = try volume.withUnsafeBufferPointer { try restored.predict($0, extent: [z, y, x]) }
    let foundAsSeen = (0..<(y * x * z)).map { index in
      let (first, second, third) = (index / (x * z), index / z % x, index % z)
      return found[(third * y + first) * x + second]
    }
    #expect(relativeError(foundAsSeen, expected) < 1e-5)
  }
}

@Suite struct NNUNetReferenceTests {
  /// With `SHEAF_UPDATE_DOCS=1` the page is written instead.
  @Test func theReferencePageIsUpToDate() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let page = root.appendingPathComponent("docs/reference/nnunet.md").path
    if ProcessInfo.processInfo.environment["SHEAF_UPDATE_DOCS"] != nil {
      try Data(NNUNetReference.page.utf8).write(to: URL(fileURLWithPath: page))
    }
    #expect(
      try String(contentsOfFile: page, encoding: .utf8) == NNUNetReference.page,
      "regenerate it: SHEAF_UPDATE_DOCS=1 swift test --filter NNUNetReferenceTests")
  }
}
