import Architectures
import Files
import Foundation
import Testing

/// Plans and datasets of nnU-Net, entry by entry.
@Suite struct NNUNetPlansTests {
  private static let architecture: JSONValue = [
    "network_class_name": "dynamic_network_architectures.architectures.unet.PlainConvUNet",
    "arch_kwargs": [
      "n_stages": 2, "features_per_stage": [4, 8], "conv_op": "torch.nn.modules.conv.Conv3d",
      "kernel_sizes": [[1, 3, 3], [3, 3, 3]], "strides": [[1, 1, 1], [1, 2, 2]], "n_conv_per_stage": [2, 2],
      "n_conv_per_stage_decoder": [2], "conv_bias": true, "norm_op": "torch.nn.modules.instancenorm.InstanceNorm3d",
      "norm_op_kwargs": ["eps": 1, "affine": true], "nonlin": "torch.nn.LeakyReLU",
    ],
  ]

  private static func plans(
    _ configuration: [String: JSONValue] = [:], _ others: [String: JSONValue] = [:]
  ) -> JSONValue {
    var entries: [String: JSONValue] = [
      "patch_size": [8, 16, 24], "spacing": [4, 2, 1], "normalization_schemes": ["ZScoreNormalization"],
      "use_mask_for_norm": [false], "architecture": architecture, "batch_size": 2, "batch_dice": true,
    ]
    entries.merge(configuration) { $1 }
    var plans: [String: JSONValue] = [
      "dataset_name": "Dataset007_Cells", "plans_name": "nnUNetPlans",
      "configurations": [
        "3d_fullres": .object(entries), "wide": ["inherits_from": "3d_fullres", "patch_size": [16, 16, 16]],
        "wider": ["inherits_from": "wide", "batch_size": 4], "a": ["inherits_from": "b"], "b": ["inherits_from": "a"],
        "3d_cascade_fullres": ["inherits_from": "3d_fullres", "previous_stage": "3d_lowres"],
      ],
    ]
    plans.merge(others) { $1 }
    return .object(plans)
  }

  private func refusal(_ plans: JSONValue, _ configuration: String = "3d_fullres") -> String {
    do {
      let found = try NNUNetConfiguration(plans, configuration: configuration)
      _ = try ArchitectureDescription(
        arguments: found.network.arguments, className: found.network.className, channels: (1, 2))
      return "not refused"
    } catch let refusal as NNUNetConfiguration.Refusal {
      return refusal.reason
    } catch let refusal as ArchitectureDescription.Refusal {
      return refusal.reason
    } catch {
      return "\(error)"
    }
  }

  @Test func inheritsWhatAConfigurationLacks() throws {
    let own = try NNUNetConfiguration(Self.plans(), configuration: "3d_fullres")
    #expect(own.patch == [8, 16, 24] && own.spacing == [4, 2, 1] && own.scheme == .zScore && own.doubts.isEmpty)
    #expect(own.datasetName == "Dataset007_Cells")
    let wider = try NNUNetConfiguration(Self.plans(), configuration: "wider")
    #expect(wider.patch == [16, 16, 16] && wider.spacing == [4, 2, 1])
    #expect(refusal(Self.plans(), "a").contains("again"))
    #expect(refusal(Self.plans(), "2d").contains("3d_cascade_fullres, 3d_fullres, a, b, wide, wider"))
    #expect(refusal(Self.plans(), "3d_cascade_fullres").contains("cascade"))
  }

  /// The same network, whatever order of axes it was trained in.
  @Test func bringsTransposedPlansIntoTheOrderOfVolumes() throws {
    let found = try NNUNetConfiguration(
      Self.plans([:], ["transpose_forward": [2, 0, 1], "transpose_backward": [1, 2, 0]]), configuration: "3d_fullres")
    // The network's axes are x, z, y.
    #expect(found.patch == [16, 24, 8] && found.spacing == [2, 1, 4])
    let network = try ArchitectureDescription(
      arguments: found.network.arguments, className: found.network.className, channels: (1, 2))
    #expect(network.kernels[0] == [3, 3, 1] && network.strides[1] == [2, 2, 1])
    #expect(
      refusal(Self.plans([:], ["transpose_forward": [2, 0, 1], "transpose_backward": [2, 0, 1]])).contains("undo"))
    #expect(refusal(Self.plans([:], ["transpose_forward": [0, 0, 1]])).contains("each axis once"))
  }

  @Test func readsPlansBeforeVersion25() throws {
    func legacy(_ name: String) -> JSONValue {
      Self.plans([
        "architecture": .null, "UNet_class_name": .string(name), "UNet_base_num_features": 8,
        "unet_max_num_features": 20,
        "n_conv_per_stage_encoder": [2, 2, 3], "n_conv_per_stage_decoder": [2, 1],
        "conv_kernel_sizes": [[1, 3, 3], [3, 3, 3], [3, 3, 3]],
        "pool_op_kernel_sizes": [[1, 1, 1], [1, 2, 2], [2, 2, 2]],
        "num_pool_per_axis": [1, 2, 2],
      ])
    }
    for (name, encoder) in [
      ("PlainConvUNet", ArchitectureDescription.EncoderKind.plain), ("ResidualEncoderUNet", .residual),
    ] {
      let found = try NNUNetConfiguration(legacy(name), configuration: "3d_fullres")
      #expect(found.doubts.isEmpty)
      let network = try ArchitectureDescription(
        arguments: found.network.arguments, className: found.network.className, channels: (1, 2))
      #expect(network.encoder == encoder && network.featuresPerStage == [8, 16, 20])
      #expect(network.blocksPerStage == [2, 2, 3] && network.convolutionsPerDecoderStage == [2, 1])
      #expect(network.strides == [[1, 1, 1], [1, 2, 2], [2, 2, 2]] && network.convolutionBias)
    }
    #expect(refusal(legacy("UNetPlusPlus")).contains("UNetPlusPlus"))
  }

  private static let plansRefused: [(String, JSONValue, String)] = [
    ("patch_size", [16, 24], "2d"), ("patch_size", .null, "patch_size"), ("spacing", [1, 0, 1], "spacing"),
    ("preprocessor_name", "MyPreprocessor", "MyPreprocessor"), ("use_mask_for_norm", [true], "mask"),
    ("normalization_schemes", ["ZScoreNormalization", "CTNormalization"], "one channel"),
    ("normalization_schemes", ["MyNormalization"], "MyNormalization"),
    ("normalization_schemes", ["CTNormalization"], "percentile_00_5"), ("previous_stage", "3d_lowres", "cascade"),
    ("architecture", ["network_class_name": "my.Network", "arch_kwargs": [:]], "my.Network"),
    ("architecture", ["arch_kwargs": [:]], "network_class_name"),
  ]

  @Test(arguments: plansRefused) func refusesWhatItCannotFollow(entry: (String, JSONValue, String)) {
    let text = refusal(Self.plans([entry.0: entry.1]))
    #expect(text.contains(entry.2), "\(entry.0): \(text)")
  }

  private static let argumentsRefused: [(String, JSONValue, String)] = [
    ("conv_op", "torch.nn.modules.conv.Conv2d", "Conv2d"),
    ("norm_op", "torch.nn.modules.batchnorm.BatchNorm3d", "BatchNorm3d"), ("norm_op", .null, "norm_op"),
    ("norm_op_kwargs", ["eps": 1, "affine": false], "affine"), ("nonlin", "torch.nn.GELU", "GELU"),
    ("nonlin_first", true, "nonlin_first"), ("attention", true, "attention"), ("pool", "max", "pool"),
    ("n_stages", 1, "n_stages"), ("kernel_sizes", "many", "kernel_sizes"),
    ("n_conv_per_stage", .null, "n_conv_per_stage"),
  ]

  @Test(arguments: argumentsRefused) func refusesNetworksThatItDoesNotHave(entry: (String, JSONValue, String)) throws {
    var arguments = try #require(Self.architecture["arch_kwargs"]?.asObject)
    arguments[entry.0] = entry.1
    let text = refusal(
      Self.plans(["architecture": ["network_class_name": "PlainConvUNet", "arch_kwargs": .object(arguments)]]))
    #expect(text.contains(entry.2), "\(entry.0): \(text)")
  }

  @Test func doubtsWhatItDoesNotKnow() throws {
    func doubts(_ plans: JSONValue) throws -> String {
      try NNUNetConfiguration(plans, configuration: "3d_fullres").doubts.joined(separator: "; ")
    }
    #expect(try doubts(Self.plans(["sharpen": true])).contains("sharpen"))
    #expect(try doubts(Self.plans([:], ["image_reader_writer": "NibabelIOWithReorient"])).contains("RAS"))
    #expect(try doubts(Self.plans([:], ["image_reader_writer": "MyIO"])).contains("MyIO"))
    #expect(refusal(Self.plans([:], ["image_reader_writer": "NaturalImage2DIO"])).contains("photographs"))
    #expect(refusal(Self.plans([:], ["label_manager": "MyLabels"])).contains("MyLabels"))
  }

  @Test func readsEveryScheme() throws {
    let properties: JSONValue = [
      "0": ["percentile_00_5": 1, "percentile_99_5": 9, "mean": 4, "std": 2, "median": 3, "min": 0, "max": 10]
    ]
    for key in ["foreground_intensity_properties_per_channel", "foreground_intensity_properties_by_modality"] {
      let found = try NNUNetConfiguration(
        Self.plans(["normalization_schemes": ["CTNormalization"]], [key: properties]), configuration: "3d_fullres")
      #expect(found.scheme == .fixed(lower: 1, upper: 9, mean: 4, deviation: 2))
    }
    for (name, scheme) in [
      ("NoNormalization", NNUNetNormalisation.none), ("RescaleTo01Normalization", .minimumToMaximum),
      ("RGBTo01Normalization", .byte),
    ] {
      let found = try NNUNetConfiguration(
        Self.plans(["normalization_schemes": [.string(name)]]), configuration: "3d_fullres")
      #expect(found.scheme == scheme)
      let coded = try JSONDecoder().decode(NNUNetNormalisation.self, from: JSONEncoder().encode(found.scheme))
      #expect(coded == scheme)
    }
  }

  // MARK: dataset.json

  private func dataset(_ entries: [String: JSONValue]) throws -> NNUNetDataset {
    var all: [String: JSONValue] = [
      "channel_names": ["0": "signal"], "labels": ["background": 0, "cells": 1], "file_ending": ".tif",
      "numTraining": 2,
    ]
    all.merge(entries) { $1 }
    return try NNUNetDataset(.object(all), from: "dataset.json")
  }

  @Test func knowsWhatLabelsMean() throws {
    let plain = try dataset([:])
    #expect(plain.channels == ["signal"] && plain.foregroundValues == [1] && plain.outputCount == 2)
    let ignoring = try dataset(["labels": ["background": 0, "ignore": 3, "a": 2, "b": 1]])
    #expect(ignoring.ignoredValue == 3 && ignoring.structures.map(\.name) == ["b", "a"] && ignoring.outputCount == 3)
    let regions = try dataset([
      "labels": ["background": 0, "whole": [1, 2], "core": [2], "ignore": 3], "regions_class_order": [1, 2],
    ])
    #expect(regions.hasRegions && regions.outputCount == 2 && regions.foregroundValues == [1, 2])
    // One value in a list is no region.
    #expect(try !dataset(["labels": ["background": 0, "cells": [1]]]).hasRegions)
    // nnU-Net 1 and the Medical Segmentation Decathlon.
    let older = try dataset([
      "channel_names": .null, "modality": ["0": "LSM"], "labels": ["0": "background", "1": "cells", "2": "ignore"],
    ])
    #expect(older.channels == ["LSM"] && older.structures.map(\.name) == ["cells"] && older.ignoredValue == 2)
  }

  private static let datasetsRefused: [(String, JSONValue, String)] = [
    ("labels", ["background": 1, "a": 2], "background"), ("labels", ["background": 0], "at least one"),
    ("labels", ["background": 0, "a": "x"], "'a'"), ("labels", ["background": 0, "a": 1, "ignore": 1], "ignore"),
    ("labels", ["background": 0, "a": 1, "ignore": [2, 3]], "ignore"), ("labels", .null, "labels"),
    ("labels", ["background": 0, "a": [1, 2], "b": 2], "regions_class_order"),
    ("channel_names", .null, "channel_names"), ("channel_names", ["1": "a"], "numbered"),
    ("overwrite_image_reader_writer", "NaturalImage2DIO", "photographs"),
    ("dataset", ["a": ["images": ["x.tif"]]], "case a"),
  ]

  @Test(arguments: datasetsRefused) func refusesDatasetsThatDoNotSay(entry: (String, JSONValue, String)) {
    do {
      _ = try dataset([entry.0: entry.1])
      Issue.record("\(entry) was not refused")
    } catch let fault as Fault {
      #expect(fault.kind == .badData && fault.message.contains(entry.2), "\(fault.message)")
    } catch {
      Issue.record("\(error)")
    }
  }
}
