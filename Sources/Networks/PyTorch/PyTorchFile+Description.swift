import Architectures
import Files

/// The description of the network in checkpoints of nnU-Net and nnssl.
///
/// nnU-Net stores the arguments of its trainer, with the plans, under `init_args`; nnssl stores under
/// `nnssl_adaptation_plan` what is needed to rebuild its networks (nnU-Net, `documentation/explanation_plans_files.md` and
/// `documentation/finetuning_from_nnssl_checkpoints.md`). Counts of channels come from the tensors themselves.
extension PyTorchFile {
  package func describedByOthers() throws -> ModelDescription? {
    if let source = try NNUNetSource(of: self) { return try source.description(of: self) }
    if let plan = pickle.view["nnssl_adaptation_plan"] { return try described(byAdaptationPlan: plan) }
    return nil
  }

  func unknown(_ what: String) -> Fault {
    Fault.badData(
      "\(path) is for a kind of network that Sheaf does not have: \(what); if the weights fit nevertheless, describe the "
        + "network in a JSON file of the same name beside it")
  }

  // MARK: nnssl

  private func described(byAdaptationPlan plan: Pickle.View) throws -> ModelDescription? {
    guard let architecture = plan["architecture_plans"], let name = architecture["arch_class_name"]?.text,
      let crop = plan["recommended_downstream_patchsize"]?.integers
    else { return nil }
    guard crop.count == 3, crop.allSatisfy({ (1...100_000).contains($0) }) else {
      throw unknown("expected a patch size of three edges, found \(crop)")
    }
    let arguments: JSONValue =
      name == "ResEncL"
      ? ArchitectureDescription(.large, classes: 1, deepSupervision: false).arguments
      : architecture["arch_kwargs"]?.json() ?? .null
    return ModelDescription(
      task: .reconstruction,
      architecture: try network(
        name == "ResEncL" ? ArchitectureDescription.EncoderKind.residual.className : name, arguments,
        from: "the nnssl_adaptation_plan in \(path)"), crop: crop)
  }

  // MARK: The network

  /// From `arch_kwargs`, with the channels of the first and the last layer.
  func network(_ className: String, _ arguments: JSONValue, from source: String) throws -> ArchitectureDescription {
    do {
      // The encoder has to be known before the layers' names are.
      let outline = try ArchitectureDescription(arguments: arguments, className: className, channels: (1, 1))
      var shapes: [String: [Int]] = [:]
      for (name, tensor) in tensors { shapes[WeightNames.canonical(name)] = tensor.shape }
      let firstName = outline.encoder.firstLayer
      guard let first = shapes[firstName], first.count == 5 else {
        throw unknown(
          "expected a tensor \(firstName) with five axes, found \(shapes[firstName].map { "\($0)" } ?? "none")")
      }
      // Weights without output layers still serve as a starting point for fine-tuning.
      let last = shapes["decoder.seg_layers.\(outline.stageCount - 2).weight"]
      let network = try ArchitectureDescription(
        arguments: arguments, className: className,
        channels: (input: first[1], classes: last.flatMap { $0.count == 5 ? $0[0] : nil } ?? 1))
      try network.validate(from: source)
      return network
    } catch let refusal as ArchitectureDescription.Refusal {
      throw unknown(refusal.reason)
    }
  }
}

extension Pickle.View {
  var integers: [Int]? {
    guard let elements else { return nil }
    let integers = elements.compactMap(\.integer)
    return integers.count == elements.count ? integers : nil
  }
}
