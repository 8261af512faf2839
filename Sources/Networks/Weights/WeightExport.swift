import Architectures
import Files
import Torch

/// A weights file for other programs.
package enum WeightExport: Sendable {
  /// A `.pth` for both ways of nnU-Net to load pretrained weights: the state dictionary under `network_weights`, where
  /// `load_pretrained_weights` expects it, and the `nnssl_adaptation_plan` that says how to rebuild the network.
  case checkpoint
  /// A `.pth` that is the state dictionary itself, for `load_state_dict`.
  case stateDictionary
  /// Every tensor once under its canonical name, the other names in the metadata.
  case safetensors

  /// Writes the weights of a U-Net; the file appears complete or not at all.
  ///
  /// A `.pth` holds tensors and builtins alone, every tensor under all names of nnU-Net's state dictionary but stored only
  /// once.
  ///
  /// - Throws: `Fault` of kind `usage` for a TorchScript module, `Fault` when the file cannot be written.
  package func write(_ model: Model, to path: String) throws {
    guard let network = model.residualEncoderUNet else {
      throw Fault.usage(
        "\(model.path) is a TorchScript module, whose names are its own; give weights of a U-Net")
    }
    if case .safetensors = self { return try Model.save(network, model.description, to: path) }
    var names: [(key: String, value: PicklingValue)] = []
    for (key, parameter) in network.parameters.enumerated() {
      let tensor = PicklingValue.tensor(
        key: key, type: StoredElementType(try parameter.tensor.scalarType()), shape: parameter.tensor.shape)
      for name in [parameter.name] + WeightNames.aliases(of: parameter.name) { names.append((name, tensor)) }
    }
    let weights = PicklingValue.dictionary(names)
    var content = weights
    if case .checkpoint = self {
      content = .dictionary([
        ("network_weights", weights),
        ("nnssl_adaptation_plan", adaptationPlan(model.description, network.architecture)),
        ("citations", .list([])),
        ("trainer_name", .text("sheaf")),
        (PyTorchFile.descriptionKey, .text(String(decoding: try model.description.json(), as: UTF8.self))),
      ])
    }
    try PyTorchFile.write(content, storages: network.parameters.map(\.tensor), to: path)
  }

  /// What nnU-Net's `preprocess_like_nnssl`, `plan_like_dynamic` and `PretrainedTrainer` read. Voxel sizes are those of the
  /// stores, so no spacing is prescribed.
  private func adaptationPlan(_ description: ModelDescription, _ architecture: ArchitectureDescription) -> PicklingValue
  {
    let crop = PicklingValue.list(description.crop.map { .integer($0) })
    let isPlain = architecture.encoder == .plain
    let input = String(architecture.encoder.firstLayer.dropLast(".conv.weight".count))
    let configuration: PicklingValue = .dictionary([
      ("spacing", .none), ("spacing_style", .text("noresample")), ("patch_size", crop),
      ("normalization_schemes", .list([.text("ZScoreNormalization")])), ("use_mask_for_norm", .list([.bool(false)])),
    ])
    return .dictionary([
      ("architecture_plans", architecturePlan(architecture)),
      ("pretrain_plan", .dictionary([("configurations", .dictionary([("noresample", configuration)]))])),
      ("pretrain_num_input_channels", .integer(architecture.inputChannels)),
      ("recommended_downstream_patchsize", crop),
      ("key_to_encoder", .text("encoder.stages")),
      ("key_to_stem", .text(isPlain ? "encoder.stages.0" : "encoder.stem")),
      ("keys_to_in_proj", .tuple([.text("\(input).conv"), .text("\(input).all_modules.0")])),
      ("key_to_lpe", .none),
    ])
  }

  /// nnssl's and nnU-Net's name for ResEnc-L, otherwise the arguments to build the network from.
  private func architecturePlan(_ architecture: ArchitectureDescription) -> PicklingValue {
    let large = ArchitectureDescription(
      .large, inputChannels: architecture.inputChannels, classes: architecture.classes,
      deepSupervision: architecture.deepSupervision)
    if architecture == large {
      return .dictionary([
        ("arch_class_name", .text("ResEncL")), ("arch_kwargs", .none), ("arch_kwargs_requiring_import", .none),
      ])
    }
    func list(_ numbers: [Int]) -> PicklingValue { .list(numbers.map { .integer($0) }) }
    return .dictionary([
      ("arch_class_name", .text("dynamic_network_architectures.architectures.unet.\(architecture.encoder.className)")),
      (
        "arch_kwargs",
        .dictionary([
          ("n_stages", .integer(architecture.stageCount)),
          ("features_per_stage", list(architecture.featuresPerStage)),
          ("conv_op", .text("torch.nn.modules.conv.Conv3d")),
          ("kernel_sizes", .list(architecture.kernels.map(list))),
          ("strides", .list(architecture.strides.map(list))),
          (architecture.encoder.blocksKey, list(architecture.blocksPerStage)),
          ("n_conv_per_stage_decoder", list(architecture.convolutionsPerDecoderStage)),
          ("conv_bias", .bool(architecture.convolutionBias)),
          ("norm_op", .text("torch.nn.modules.instancenorm.InstanceNorm3d")),
          ("norm_op_kwargs", .dictionary([("eps", .float(architecture.normEpsilon)), ("affine", .bool(true))])),
          ("dropout_op", .none), ("dropout_op_kwargs", .none),
          ("nonlin", .text("torch.nn.LeakyReLU")),
          (
            "nonlin_kwargs",
            .dictionary(
              (architecture.negativeSlope == ArchitectureDescription.usualNegativeSlope
                ? [] : [("negative_slope", .float(architecture.negativeSlope))]) + [("inplace", .bool(true))])
          ),
        ])
      ),
      ("arch_kwargs_requiring_import", .list(["conv_op", "norm_op", "dropout_op", "nonlin"].map { .text($0) })),
    ])
  }
}
