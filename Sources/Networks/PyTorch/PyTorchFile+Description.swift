import Architectures
import Files

/// The description of the network in checkpoints of nnU-Net and nnssl.
///
/// nnU-Net stores the arguments of its trainer, with the plans, under `init_args`; nnssl stores under
/// `nnssl_adaptation_plan` what is needed to rebuild its networks (nnU-Net, `documentation/explanation_plans_files.md` and
/// `documentation/finetuning_from_nnssl_checkpoints.md`). Counts of channels come from the tensors themselves.
extension PyTorchFile {
  package func describedByOthers() throws -> ModelDescription? {
    if let arguments = pickle.view["init_args"], let plans = arguments["plans"],
      let configuration = arguments["configuration"]?.text
    {
      var description = try described(byPlans: plans, configuration, dataset: arguments["dataset_json"])
      // None where its trainer had mirroring turned off.
      if let axes = pickle.view["inference_allowed_mirroring_axes"] {
        description?.mirrorAxes = axes.isNone ? [] : axes.integers
      }
      return description
    }
    if let plan = pickle.view["nnssl_adaptation_plan"] { return try described(byAdaptationPlan: plan) }
    return nil
  }

  private func unknown(_ what: String) -> Fault {
    Fault.badData(
      "\(path) is for a kind of network that Sheaf does not have: \(what); if the weights fit nevertheless, describe the "
        + "network in a JSON file of the same name beside it")
  }

  // MARK: nnU-Net

  private func described(byPlans plans: Pickle.View, _ name: String, dataset: Pickle.View?) throws -> ModelDescription?
  {
    /// A setting of the configuration, or of the one it inherits from.
    func setting(_ key: String) -> Pickle.View? {
      var configuration = plans["configurations"]?[name]
      for _ in 0..<8 {
        if let value = configuration?[key] { return value }
        guard let parent = configuration?["inherits_from"]?.text else { return nil }
        configuration = plans["configurations"]?[parent]
      }
      return nil
    }
    guard let architecture = setting("architecture"), let crop = setting("patch_size")?.integers else { return nil }
    let schemes = setting("normalization_schemes")?.elements?.compactMap(\.text) ?? []
    if let other = schemes.first(where: { $0 != "ZScoreNormalization" }) {
      throw unknown("expected intensities normalised by nnU-Net's ZScoreNormalization, found \(other)")
    }
    if dataset?["labels"]?.entries?.contains(where: { $0.value.elements != nil }) == true {
      throw unknown("expected mutually exclusive labels, found regions")
    }
    return ModelDescription(
      task: .segmentation,
      architecture: try network(
        architecture["network_class_name"]?.text, architecture["arch_kwargs"], from: "the plans in \(path)"),
      crop: try edges(crop), trainedOn: [plans["dataset_name"]?.text].compactMap { $0 })
  }

  private func edges(_ crop: [Int]) throws -> [Int] {
    guard crop.count == 3, crop.allSatisfy({ (1...100_000).contains($0) }) else {
      throw unknown("expected a patch_size of three edges, found \(crop)")
    }
    return crop
  }

  // MARK: nnssl

  private func described(byAdaptationPlan plan: Pickle.View) throws -> ModelDescription? {
    guard let architecture = plan["architecture_plans"], let name = architecture["arch_class_name"]?.text,
      let crop = plan["recommended_downstream_patchsize"]?.integers
    else { return nil }
    let source = "the nnssl_adaptation_plan in \(path)"
    var description = ModelDescription(task: .reconstruction, architecture: nil, crop: try edges(crop))
    if name == "ResEncL" {
      var network = ArchitectureDescription(.large, classes: 1, deepSupervision: false)
      try countChannels(of: &network)
      description.architecture = network
    } else {
      description.architecture = try network(name, architecture["arch_kwargs"], from: source)
    }
    return description
  }

  // MARK: The network

  /// From `arch_kwargs`, the arguments of `dynamic_network_architectures.ResidualEncoderUNet`.
  private func network(_ className: String?, _ arguments: Pickle.View?, from source: String) throws
    -> ArchitectureDescription
  {
    guard let className, className.split(separator: ".").last == "ResidualEncoderUNet" else {
      throw unknown("expected a ResidualEncoderUNet, found \(className ?? "no network_class_name")")
    }
    guard let arguments else { throw unknown("expected arch_kwargs beside the name of the network, found none") }
    func isAbsent(_ key: String) -> Bool { arguments[key]?.isNone ?? true }
    func require(_ key: String, _ suffix: String) throws {
      guard arguments[key]?.text?.hasSuffix(suffix) == true else {
        throw unknown("expected \(key) \(suffix), found \(arguments[key]?.text ?? "none")")
      }
    }
    try require("conv_op", "Conv3d")
    try require("norm_op", "InstanceNorm3d")
    try require("nonlin", "LeakyReLU")
    let norm = arguments["norm_op_kwargs"]
    guard norm?["affine"]?.bool == true, norm?["eps"]?.number ?? 1e-5 == 1e-5 else {
      throw unknown("expected an affine norm with eps 1e-5, found other norm_op_kwargs")
    }
    guard arguments["nonlin_kwargs"]?["negative_slope"]?.number ?? 0.01 == 0.01 else {
      throw unknown("expected rectifiers of slope 0.01, found another negative_slope")
    }
    for key in ["block", "bottleneck_channels", "stem_channels"] where !isAbsent(key) {
      throw unknown("expected no \(key), found one")
    }
    guard let stages = arguments["n_stages"]?.integer, (2...12).contains(stages) else {
      throw unknown("expected n_stages from 2 to 12, found something else")
    }
    func list(_ key: String, _ count: Int) throws -> [Int] {
      if let number = arguments[key]?.integer { return Array(repeating: number, count: count) }
      guard let list = arguments[key]?.integers else { throw unknown("expected \(key) with \(count) numbers") }
      return list
    }
    func triples(_ key: String) throws -> [[Int]] {
      guard let elements = arguments[key]?.elements else { throw unknown("expected \(key) with \(stages) entries") }
      return try elements.map { element in
        if let number = element.integer { return [number, number, number] }
        guard let triple = element.integers else { throw unknown("expected \(key) with three numbers a stage") }
        return triple
      }
    }
    var network = ArchitectureDescription(.extraSmall, classes: 1, deepSupervision: false)
    network.featuresPerStage = try list("features_per_stage", stages)
    network.blocksPerStage = try list("n_blocks_per_stage", stages)
    network.convolutionsPerDecoderStage = try list("n_conv_per_stage_decoder", stages - 1)
    network.kernels = try triples("kernel_sizes")
    network.strides = try triples("strides")
    network.convolutionBias = arguments["conv_bias"]?.bool ?? false
    try countChannels(of: &network)
    try network.validate(from: source)
    return network
  }

  /// Input channels and classes, from the shapes of the first and the last layer.
  private func countChannels(of network: inout ArchitectureDescription) throws {
    let last = "decoder.seg_layers.\(network.stageCount - 2).weight"
    var shapes: [String: [Int]] = [:]
    for (name, tensor) in tensors { shapes[WeightNames.canonical(name)] = tensor.shape }
    guard let first = shapes["encoder.stem.convs.0.conv.weight"], first.count == 5 else {
      throw unknown("expected a tensor encoder.stem.convs.0.conv.weight with five axes, found none")
    }
    network.inputChannels = first[1]
    // Weights without output layers still serve as a starting point for fine-tuning.
    if let output = shapes[last], output.count == 5 { network.classes = output[0] }
  }
}

extension Pickle.View {
  var integers: [Int]? {
    guard let elements else { return nil }
    let integers = elements.compactMap(\.integer)
    return integers.count == elements.count ? integers : nil
  }
}
