import Architectures
import Files
import Foundation
import Networks
import PeerEnvironment
import Scratch
import TestTraits
import Testing
import Torch

/// Checkpoints of nnU-Net, nnssl and MONAI-like programs in the hands of Sheaf.
@Suite struct WeightImportTests {
  /// Makes checkpoints as the programs' own trainers write them: the keys, NumPy's scalars, the device and the optimiser.
  private static let program = """
    import sys
    import numpy as np
    import torch
    from safetensors.torch import save_file
    from dynamic_network_architectures.architectures.unet import PlainConvUNet, ResidualEncoderUNet
    from nnunetv2.utilities.get_network_from_plans import get_network_from_plans
    torch.set_num_threads(2)
    torch.manual_seed(11)
    directory = sys.argv[1] + "/"
    arguments = {
        "n_stages": 3, "features_per_stage": (4, 6, 8), "conv_op": "torch.nn.modules.conv.Conv3d",
        "kernel_sizes": [[1, 3, 3], [3, 3, 3], [3, 3, 3]], "strides": [[1, 1, 1], (1, 2, 2), [2, 2, 2]],
        "n_blocks_per_stage": (1, 2, 2), "n_conv_per_stage_decoder": (1, 2), "conv_bias": True,
        "norm_op": "torch.nn.modules.instancenorm.InstanceNorm3d", "norm_op_kwargs": {"eps": 1e-05, "affine": True},
        "dropout_op": None, "dropout_op_kwargs": None, "nonlin": "torch.nn.LeakyReLU",
        "nonlin_kwargs": {"inplace": True},
    }
    imports = ("conv_op", "norm_op", "dropout_op", "nonlin")
    name = ResidualEncoderUNet.__module__ + "." + ResidualEncoderUNet.__name__
    network = get_network_from_plans(name, arguments, imports, 1, 3, True, True)
    optimizer = torch.optim.SGD(network.parameters(), 1e-2, weight_decay=3e-5, momentum=0.99, nesterov=True)
    data = torch.randn(1, 1, 8, 16, 24)
    sum((output ** 2).mean() for output in network(data)).backward()
    optimizer.step()
    network.decoder.deep_supervision = False
    with torch.no_grad():
        logits = network(data)
    save_file({"input": data, "foreground": 1 - torch.softmax(logits, 1)[:, :1]}, directory + "result.safetensors")
    architecture = {"network_class_name": name, "arch_kwargs": arguments, "_kw_requires_import": imports}
    def plans(architecture=architecture, **settings):
        base = {"data_identifier": "nnUNetPlans_3d_fullres", "batch_size": np.int64(2), "patch_size": [8, 16, 24],
                "spacing": [4.0, 1.8, 1.8], "normalization_schemes": ["ZScoreNormalization"],
                "use_mask_for_norm": [False], "architecture": architecture}
        base.update(settings)
        return {"dataset_name": "Dataset001_Cells", "plans_name": "nnUNetResEncUNetLPlans", "configurations": {
            "3d_fullres": base, "3d_cascade_fullres": {"inherits_from": "3d_fullres", "previous_stage": "3d_lowres"}}}
    def checkpoint(network=network, configuration="3d_fullres", plans=plans(), labels={"background": 0, "a": 1, "b": 2}):
        return {
            "network_weights": network.state_dict(), "optimizer_state": optimizer.state_dict(),
            "grad_scaler_state": None,
            "logging": {"mean_fg_dice": [np.float64(0.25), np.float32(0.5)], "ema_fg_dice": [np.mean([0.1, 0.2])],
                        "dice_per_class_or_region": [[np.float64(0.2), np.float64(0.3)]],
                        "train_losses": [np.float32(-0.125)], "lrs": [0.01], "epoch_start_timestamps": [1.7e9]},
            "_best_ema": np.float64(0.31), "current_epoch": np.int64(7) + 1,
            "init_args": {"plans": plans, "configuration": configuration, "fold": 0,
                          "dataset_json": {"channel_names": {"0": "signal"}, "labels": labels, "numTraining": 3},
                          "device": torch.device("cuda", 0)},
            "trainer_name": "nnUNetTrainer", "inference_allowed_mirroring_axes": (0, 1, 2),
        }
    torch.save(checkpoint(), directory + "checkpoint_final.pth")
    torch.save(checkpoint(configuration="3d_cascade_fullres"), directory + "cascade.pth")
    torch.save(checkpoint(plans=plans(normalization_schemes=["CTNormalization"])), directory + "ct.pth")
    torch.save(checkpoint(labels={"background": 0, "all": [1, 2], "b": 2}), directory + "regions.pth")
    torch.save(checkpoint(plans=plans(patch_size=[16, 24])), directory + "flat.pth")
    plain = PlainConvUNet(1, 3, (4, 6, 8), torch.nn.Conv3d, 3, (1, 2, 2), 2, 3, 2, conv_bias=True,
                          norm_op=torch.nn.InstanceNorm3d, norm_op_kwargs={"affine": True}, nonlin=torch.nn.LeakyReLU)
    other = dict(architecture, network_class_name="dynamic_network_architectures.architectures.unet.PlainConvUNet")
    torch.save(checkpoint(plain, plans=plans(other)), directory + "plain.pth")
    relu = dict(architecture, arch_kwargs=dict(arguments, nonlin="torch.nn.GELU"))
    torch.save(checkpoint(plans=plans(relu)), directory + "relu.pth")
    torch.save({
        "network_weights": network.state_dict(), "trainer_name": "BaseMAETrainer",
        "nnssl_adaptation_plan": {
            "architecture_plans": {"arch_class_name": name, "arch_kwargs": arguments,
                                   "arch_kwargs_requiring_import": list(imports)},
            "pretrain_plan": {"configurations": {"onemmiso": {"spacing": [1, 1, 1], "patch_size": [8, 16, 24]}}},
            "pretrain_num_input_channels": 1, "recommended_downstream_patchsize": [8, 16, 24],
            "key_to_encoder": "encoder.stages", "key_to_stem": "encoder.stem",
            "keys_to_in_proj": ("encoder.stem.convs.0.conv", "encoder.stem.convs.0.all_modules.0"),
            "key_to_lpe": None}}, directory + "nnssl.pth")
    for number, prefix in enumerate(["module.", "_orig_mod.module.", "net.", "student_encoder.", "model.net."]):
        state = {prefix + key: value for key, value in network.state_dict().items()}
        torch.save({"epoch": 3, "state_dict": state}, directory + f"prefix{number}.pth")
        torch.save({"model": state}, directory + f"model{number}.pth")
    torch.save({"student": {"encoder": 1}, "state_dict": network.encoder.state_dict()}, directory + "encoder.pth")
    """

  private let architecture: ArchitectureDescription = {
    var description = WeightExportTests.anisotropic
    description.featuresPerStage = [4, 6, 8]
    description.blocksPerStage = [1, 2, 2]
    description.convolutionsPerDecoderStage = [1, 2]
    description.classes = 3
    description.deepSupervision = false
    return description
  }()

  @Test(.needsPeers) func readsCheckpointsOfOtherPrograms() throws {
    let peers = try PeerEnvironment.required()
    let scratch = try ScratchDirectory()
    _ = try peers.run(Self.program, arguments: [scratch.path])
    try segmentsWithNNUNet(scratch)
    try refusesWhatItCannotBe(scratch)
    try fineTunesFromAnyNames(scratch)
  }

  /// From the checkpoint alone, the same probabilities as PyTorch.
  private func segmentsWithNNUNet(_ scratch: ScratchDirectory) throws {
    let result = try SafetensorsFile(path: scratch.file("result.safetensors"))
    let tile = try result.tensor("input").floats()
    for name in ["checkpoint_final.pth"] {
      let model = try Model.load(scratch.file(name))
      #expect(model.description.architecture == architecture)
      #expect(model.description.crop == [8, 16, 24] && model.description.trainedOn == ["Dataset001_Cells"])
      let found = try tile.withUnsafeBufferPointer { try model.predict($0, extent: [8, 16, 24]) }
      #expect(relativeError(found, try result.tensor("foreground").floats()) < 1e-5)
    }
    let pretrained = try Model.load(scratch.file("nnssl.pth"))
    #expect(pretrained.description.task == .reconstruction && pretrained.description.architecture == architecture)
    #expect(throws: Fault.self) {
      try tile.withUnsafeBufferPointer { try pretrained.predict($0, extent: [8, 16, 24]) }
    }
  }

  private func refusesWhatItCannotBe(_ scratch: ScratchDirectory) throws {
    for (name, words) in [
      ("ct", "CTNormalization"), ("regions", "regions"), ("flat", "[16, 24]"), ("plain", "n_conv_per_stage"),
      ("cascade", "cascade"), ("relu", "GELU"),
    ] {
      expectFault(["\(name).pth", words]) { _ = try Model.load(scratch.file("\(name).pth")) }
    }
    // A description beside the weights has the last word.
    let description = ModelDescription(task: .segmentation, architecture: architecture, crop: [8, 16, 24])
    try publish(description.json(), to: scratch.file("ct.json"))
    #expect(try Model.load(scratch.file("ct.pth")).description == description)
  }

  private func fineTunesFromAnyNames(_ scratch: ScratchDirectory) throws {
    let reference = try openWeights(scratch.file("checkpoint_final.pth"))
    let names = ["checkpoint_final", "nnssl"] + (0..<5).flatMap { ["prefix\($0)", "model\($0)"] }
    for name in names {
      let network = try ResidualEncoderUNet(architecture, seed: 2)
      let report = try network.load(openWeights(scratch.file("\(name).pth")))
      #expect(report.isComplete && report.unexpected.isEmpty, "\(name): \(report.summary)")
      for parameter in network.parameters {
        #expect(try parameter.tensor.floats() == reference.tensor(parameter.name).floats(), "\(name) \(parameter.name)")
      }
    }
    let network = try ResidualEncoderUNet(architecture, seed: 2)
    let encoder = try network.load(openWeights(scratch.file("encoder.pth")), .encoder)
    #expect(encoder.isComplete && encoder.unexpected.isEmpty && !encoder.loaded.isEmpty)
    // Of another architecture: what fits is told from what does not.
    var wider = architecture
    wider.featuresPerStage[2] = 10
    let partial = try ResidualEncoderUNet(wider, seed: 2).load(reference)
    #expect(!partial.isComplete && !partial.loaded.isEmpty && !partial.misshaped.isEmpty)
    #expect(partial.lines.contains { $0.contains("mismatched") && $0.contains("found [") })
    let plain = try openWeights(scratch.file("plain.pth"))
    let report = try network.load(plain)
    #expect(!report.isComplete && !report.unexpected.isEmpty && !report.missing.isEmpty)
    #expect(report.lines.contains { $0.contains("missing") } && report.lines.contains { $0.contains("unused") })
  }
}
