import Architectures
import Files
import Foundation
import Networks
import PeerEnvironment
import Scratch
import TestTraits
import Testing
import Torch

/// What Sheaf exports, in the hands of PyTorch and nnU-Net.
@Suite struct WeightExportTests {
  static let anisotropic: ArchitectureDescription = {
    var description = ArchitectureDescription(
      features: [3, 4, 6], blocks: [2, 1, 1], inputChannels: 1, classes: 2, deepSupervision: true)
    description.kernels = [[1, 3, 3], [3, 3, 3], [3, 3, 3]]
    description.strides = [[1, 1, 1], [1, 2, 2], [2, 2, 2]]
    description.convolutionsPerDecoderStage = [2, 1]
    return description
  }()

  private static let extent = [16, 32, 24]

  private func model(_ architecture: ArchitectureDescription) throws -> (ResidualEncoderUNet, Model) {
    let network = try ResidualEncoderUNet(architecture, seed: 3)
    try network.setExampleWeights()
    return (
      network, Model(network, ModelDescription(task: .segmentation, architecture: architecture, crop: Self.extent))
    )
  }

  /// What the Python programs below have in common: the checkpoint, and nnU-Net's network for its plan.
  private static let opening = """
    import os, sys
    import torch
    from safetensors.torch import load_file, load_model, save_file
    from nnunetv2.run.load_pretrained_weights import load_pretrained_weights
    from nnunetv2.utilities.get_network_from_plans import get_network_from_plans
    torch.set_num_threads(2)
    directory = sys.argv[1] + "/"
    checkpoint = torch.load(directory + "checkpoint.pth", weights_only=True)
    state = torch.load(directory + "state.pth", weights_only=True)
    plan = checkpoint["nnssl_adaptation_plan"]
    architecture = plan["architecture_plans"]
    def build(classes):
        return get_network_from_plans(architecture["arch_class_name"], architecture["arch_kwargs"],
            architecture["arch_kwargs_requiring_import"], plan["pretrain_num_input_channels"], classes, True, False)

    """

  /// Every file is loaded strictly, gives the same output, and is taken by nnU-Net's own functions.
  @Test(
    .needsPeers, arguments: [ArchitectureDescription(.extraSmall, classes: 2, deepSupervision: false), anisotropic])
  func isTakenByPyTorchAndNNUNet(architecture: ArchitectureDescription) throws {
    let peers = try PeerEnvironment.required()
    let scratch = try ScratchDirectory()
    let (network, model) = try model(architecture)
    try WeightExport.checkpoint.write(model, to: scratch.file("checkpoint.pth"))
    try WeightExport.stateDictionary.write(model, to: scratch.file("state.pth"))
    try WeightExport.safetensors.write(model, to: scratch.file("weights.safetensors"))
    let shape = [1, 1] + Self.extent
    let input = try Tensor.copying(numbers(shape.reduce(1, *), key: 5), shape: shape)
    try SafetensorsFile.write([("input", input)], to: scratch.file("input.safetensors"))
    let program = """
      data = load_file(directory + "input.safetensors")["input"]
      outputs = {}
      for name, weights in [("checkpoint", checkpoint["network_weights"]), ("state", state)]:
          network = build(2)
          network.load_state_dict(weights, strict=True)
          with torch.no_grad():
              outputs[name] = network(data)
      network = build(2)
      load_model(network, directory + "weights.safetensors", strict=True)
      with torch.no_grad():
          outputs["safetensors"] = network(data)
      save_file(outputs, directory + "outputs.safetensors")
      # Every tensor is in the file once, whatever its names.
      count = sum(p.numel() for p in network.parameters())
      for name in ["checkpoint.pth", "state.pth"]:
          assert os.path.getsize(directory + name) < 4 * count + 200_000, os.path.getsize(directory + name)

      # nnU-Net: everything but the output layers, into a network for another task.
      other = build(5)
      before = {key: value.clone() for key, value in other.state_dict().items()}
      load_pretrained_weights(other, directory + "checkpoint.pth")
      for key, value in other.state_dict().items():
          expected = before[key] if ".seg_layers." in key else checkpoint["network_weights"][key]
          assert torch.equal(value, expected), key

      # As nnU-Net's PretrainedTrainer loads checkpoints of nnssl: what lies under the keys of the plan
      # must be all that the encoder and the stem of a fresh network ask for.
      fresh = build(3)
      for plan_key, module in [(plan["key_to_encoder"], fresh.get_submodule(fresh.key_to_encoder)),
                               (plan["key_to_stem"], fresh.get_submodule(fresh.key_to_stem))]:
          part = {key[len(plan_key) + 1:]: value for key, value in checkpoint["network_weights"].items()
                  if key.startswith(plan_key)}
          module.load_state_dict(part, strict=True)
      assert all(key + ".weight" in checkpoint["network_weights"] for key in plan["keys_to_in_proj"])
      assert plan["key_to_lpe"] is None and len(plan["recommended_downstream_patchsize"]) == 3
      settings = list(plan["pretrain_plan"]["configurations"].values())[0]
      assert settings["spacing"] is None and settings["patch_size"] == plan["recommended_downstream_patchsize"]
      """
    _ = try peers.run(Self.opening + program, arguments: [scratch.path])
    let expected = try withoutGradients { try network.forward(input).floats() }
    let outputs = try SafetensorsFile(path: scratch.file("outputs.safetensors"))
    for name in ["checkpoint", "state", "safetensors"] {
      #expect(relativeError(try outputs.tensor(name).floats(), expected) < 1e-5, "\(name)")
    }
  }

  /// nnU-Net's own trainer for checkpoints of nnssl, which released versions of nnU-Net lack.
  @Test(.needsPeers, .needsPretrainedTrainer) func isTakenByThePretrainedTrainer() throws {
    let peers = try PeerEnvironment.required()
    let scratch = try ScratchDirectory()
    let (_, model) = try model(ArchitectureDescription(.extraSmall, classes: 2, deepSupervision: false))
    try WeightExport.checkpoint.write(model, to: scratch.file("checkpoint.pth"))
    try WeightExport.stateDictionary.write(model, to: scratch.file("state.pth"))
    let program = """
      from nnunetv2.training.nnUNetTrainer.pretraining.pretrainedTrainer import PretrainedTrainer
      settings = list(plan["pretrain_plan"]["configurations"].values())[0]
      trained = build(4)
      PretrainedTrainer.load_pretrained_weights(
          trained, directory + "checkpoint.pth", plan["pretrain_num_input_channels"], 1, settings["patch_size"],
          settings["patch_size"], plan["key_to_encoder"], plan["key_to_stem"], plan["keys_to_in_proj"], None)
      for key, value in trained.encoder.state_dict().items():
          assert torch.equal(value, checkpoint["network_weights"]["encoder." + key]), key
      """
    _ = try peers.run(Self.opening + program, arguments: [scratch.path])
  }

  /// Sheaf reads its own exports, with all that it knew.
  @Test func comesBackAsItWas() throws {
    let scratch = try ScratchDirectory()
    let (network, model) = try model(Self.anisotropic)
    try WeightExport.checkpoint.write(model, to: scratch.file("a.pth"))
    try WeightExport.stateDictionary.write(model, to: scratch.file("b.pth"))
    try publish(model.description.json(), to: scratch.file("b.json"))
    try WeightExport.safetensors.write(model, to: scratch.file("c.safetensors"))
    for name in ["a.pth", "b.pth", "c.safetensors"] {
      let loaded = try Model.load(scratch.file(name))
      #expect(loaded.description == model.description, "\(name)")
      let found = try #require(loaded.residualEncoderUNet)
      for (a, b) in zip(found.parameters, network.parameters) {
        #expect(try a.name == b.name && a.tensor.floats() == b.tensor.floats())
      }
    }
    let summary = WeightsSummary(try openWeights(scratch.file("a.pth")))
    #expect(summary.tensors == network.parameters.count)
    #expect(summary.parameters == network.parameters.reduce(0) { $0 + $1.tensor.count })
    #expect(summary.elementTypes.map(\.key) == ["float32"])
    // The same weights are the same bytes.
    let first = try readWholeFile(scratch.file("a.pth"))
    try WeightExport.checkpoint.write(model, to: scratch.file("a.pth"))
    #expect(try readWholeFile(scratch.file("a.pth")) == first)
    expectNoFile { try WeightExport.checkpoint.write(model, to: scratch.file("missing/a.pth")) }
  }

  private func expectNoFile(_ body: () throws -> Void) {
    #expect(throws: Fault.self) { try body() }
  }

  @Test func onlyResidualEncoderUNetsAreExported() throws {
    let script = try Model.load(fixture("two-classes.ts"))
    let scratch = try ScratchDirectory()
    #expect(throws: Fault.self) { try WeightExport.checkpoint.write(script, to: scratch.file("a.pth")) }
    #expect(try directoryEntries(scratch.path) == [])
  }
}

extension Trait where Self == Requirement {
  fileprivate static var needsPretrainedTrainer: Self {
    Requirement(canBeInstalled: false) {
      let program = "from nnunetv2.training.nnUNetTrainer.pretraining.pretrainedTrainer import PretrainedTrainer"
      guard let peers = try? PeerEnvironment.required(), (try? peers.run(program)) == nil else { return nil }
      return .init(reason: "nnU-Net in \(peers.python) has no PretrainedTrainer")
    }
  }
}
