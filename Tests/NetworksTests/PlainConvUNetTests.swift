import Architectures
import Files
import Networks
import PeerEnvironment
import Scratch
import TestTraits
import Testing
import Torch

/// nnU-Net's default network, in the hands of Sheaf and back.
@Suite struct PlainConvUNetTests {
  /// Networks of `dynamic_network_architectures` with random weights, as nnU-Net's trainers save them, and what they say.
  private static let program = """
    import json, sys
    import torch
    from safetensors.torch import save_file
    from nnunetv2.utilities.get_network_from_plans import get_network_from_plans
    torch.set_num_threads(2)
    directory = sys.argv[1] + "/"
    cubes = lambda n: [[3, 3, 3]] * n
    halving = lambda n: [[1, 1, 1]] + [[2, 2, 2]] * (n - 1)
    configurations = {
        "usual": dict(features_per_stage=[4, 8, 12], n_conv_per_stage=[2, 2, 2], n_conv_per_stage_decoder=[2, 2],
                      kernel_sizes=cubes(3), strides=halving(3)),
        "anisotropic": dict(features_per_stage=[3, 5, 7, 9], n_conv_per_stage=[1, 2, 3, 2],
                            n_conv_per_stage_decoder=[2, 1, 3], kernel_sizes=[[1, 3, 3], [1, 3, 3], [3, 3, 3], [3, 5, 3]],
                            strides=[[1, 1, 1], [1, 2, 2], [2, 2, 2], [1, 2, 2]]),
        "withoutBias": dict(features_per_stage=[4, 6], n_conv_per_stage=[3, 1], n_conv_per_stage_decoder=[1],
                            kernel_sizes=cubes(2), strides=halving(2), conv_bias=False),
        "slope": dict(features_per_stage=[4, 6], n_conv_per_stage=2, n_conv_per_stage_decoder=2, kernel_sizes=cubes(2),
                      strides=halving(2), nonlin_kwargs={"inplace": True, "negative_slope": 0.2},
                      norm_op_kwargs={"eps": 1e-2, "affine": True}),
        "relu": dict(features_per_stage=[4, 6], n_conv_per_stage=[2, 2], n_conv_per_stage_decoder=[2],
                     kernel_sizes=cubes(2), strides=halving(2), nonlin="torch.nn.ReLU", nonlin_kwargs={"inplace": True}),
        "dropout": dict(features_per_stage=[4, 6], n_conv_per_stage=[2, 2], n_conv_per_stage_decoder=[2],
                        kernel_sizes=cubes(2), strides=halving(2), dropout_op="torch.nn.Dropout3d",
                        dropout_op_kwargs={"p": 0.3}),
        "residual": dict(features_per_stage=[4, 6], n_blocks_per_stage=[2, 2], n_conv_per_stage_decoder=[2],
                         kernel_sizes=cubes(2), strides=halving(2), conv_bias=False,
                         nonlin_kwargs={"inplace": True, "negative_slope": 0.2}),
    }
    outputs = {}
    torch.manual_seed(5)
    data = torch.randn(1, 1, 16, 32, 24)
    outputs["input"] = data
    for name, own in configurations.items():
        arguments = dict({
            "n_stages": len(own["features_per_stage"]), "conv_op": "torch.nn.modules.conv.Conv3d", "conv_bias": True,
            "norm_op": "torch.nn.modules.instancenorm.InstanceNorm3d", "norm_op_kwargs": {"eps": 1e-5, "affine": True},
            "dropout_op": None, "dropout_op_kwargs": None, "nonlin": "torch.nn.LeakyReLU",
            "nonlin_kwargs": {"inplace": True}}, **own)
        kind = "ResidualEncoderUNet" if "n_blocks_per_stage" in own else "PlainConvUNet"
        class_name = "dynamic_network_architectures.architectures.unet." + kind
        imports = ["conv_op", "norm_op", "dropout_op", "nonlin"]
        network = get_network_from_plans(class_name, arguments, imports, 1, 3, True, True)
        for parameter in network.parameters():
            torch.nn.init.normal_(parameter, 0.1, 0.3)
        network.eval()
        with torch.no_grad():
            outputs[name] = 1 - torch.softmax(network(data)[0], 1)[:, :1]
        plans = {"plans_name": "nnUNetPlans", "dataset_name": "Dataset001_" + name, "transpose_forward": [0, 1, 2],
                 "transpose_backward": [0, 1, 2], "label_manager": "LabelManager", "image_reader_writer": "Tiff3DIO",
                 "configurations": {"3d_fullres": {
                     "patch_size": [16, 32, 24], "spacing": [4, 2, 2], "normalization_schemes": ["ZScoreNormalization"],
                     "use_mask_for_norm": [False], "preprocessor_name": "DefaultPreprocessor", "architecture": {
                         "network_class_name": class_name, "arch_kwargs": arguments, "_kw_requires_import": imports}}}}
        torch.save({"network_weights": network.state_dict(), "trainer_name": "nnUNetTrainer",
                    "inference_allowed_mirroring_axes": (0, 2),
                    "init_args": {"plans": plans, "configuration": "3d_fullres", "dataset_json": {
                        "channel_names": {"0": "signal"}, "labels": {"background": 0, "a": 1, "b": 2},
                        "file_ending": ".tif"}}}, directory + name + ".pth")
    save_file(outputs, directory + "outputs.safetensors")
    """

  private static let names = ["usual", "anisotropic", "withoutBias", "slope", "relu", "dropout", "residual"]

  @Test(.needsPeers) func saysWhatPyTorchSaysAndGoesBack() throws {
    let peers = try PeerEnvironment.required()
    let scratch = try ScratchDirectory()
    _ = try peers.run(Self.program, arguments: [scratch.path])
    let outputs = try SafetensorsFile(path: scratch.file("outputs.safetensors"))
    let tile = try outputs.tensor("input").floats()
    for name in Self.names {
      let model = try Model.load(scratch.file("\(name).pth"))
      let network = try #require(model.residualEncoderUNet)
      #expect(network.architecture.encoder == (name == "residual" ? .residual : .plain))
      #expect(model.description.mirrorAxes == [0, 2] && model.description.spacing == [4, 2, 2])
      #expect(model.description.structures == ["a", "b"] && model.description.doubts.isEmpty)
      func foreground(_ model: Model) throws -> [Float] {
        try tile.withUnsafeBufferPointer { try model.predict($0, extent: [16, 32, 24]) }
      }
      let expected = try outputs.tensor(name).floats()
      #expect(relativeError(try foreground(model), expected) < 1e-4, "\(name)")
      // Out of Sheaf, with what it knows of the network, and into it again.
      for (format, ending) in [(WeightExport.checkpoint, "pth"), (.safetensors, "safetensors")] {
        let path = scratch.file("back-\(name).\(ending)")
        try format.write(model, to: path)
        let back = try Model.load(path)
        #expect(back.description.architecture == network.architecture)
        #expect(relativeError(try foreground(back), expected) < 1e-4, "\(name) by \(ending)")
      }
    }
    _ = try peers.run(Self.loading, arguments: [scratch.path] + Self.names)
  }

  /// nnU-Net builds the network that the exported checkpoint describes, and finds all of its weights.
  private static let loading = """
    import sys
    import torch
    from safetensors.torch import load_file
    from nnunetv2.utilities.get_network_from_plans import get_network_from_plans
    directory = sys.argv[1] + "/"
    outputs = load_file(directory + "outputs.safetensors")
    for name in sys.argv[2:]:
        checkpoint = torch.load(directory + "back-" + name + ".pth", weights_only=True)
        plan = checkpoint["nnssl_adaptation_plan"]
        architecture = plan["architecture_plans"]
        network = get_network_from_plans(architecture["arch_class_name"], architecture["arch_kwargs"],
            architecture["arch_kwargs_requiring_import"], 1, 3, True, False)
        network.load_state_dict(checkpoint["network_weights"], strict=True)
        network.eval()
        with torch.no_grad():
            found = 1 - torch.softmax(network(outputs["input"]), 1)[:, :1]
        assert (found - outputs[name]).abs().max() < 1e-4, name
        assert network.key_to_encoder == plan["key_to_encoder"] and network.key_to_stem == plan["key_to_stem"]
        assert set(network.keys_to_in_proj) == set(plan["keys_to_in_proj"]), name
    """

  @Test func isInitialisedLikeNNUNet() throws {
    var description = ArchitectureDescription(features: [4, 6], blocks: [2, 1], classes: 2, deepSupervision: true)
    description.encoder = .plain
    let network = try ResidualEncoderUNet(description, seed: 1)
    let names = network.parameters.map(\.name)
    #expect(names.first == "encoder.stages.0.0.convs.0.conv.weight" && !names.contains { $0.contains("stem") })
    #expect(
      network.parameters.filter { $0.name.hasSuffix("norm.weight") }.allSatisfy {
        (try? $0.tensor.floats())?.allSatisfy { $0 == 1 } == true
      })
  }
}
