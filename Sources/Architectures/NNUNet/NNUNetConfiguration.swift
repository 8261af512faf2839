import Files

/// One configuration of nnU-Net's plans, such as `3d_fullres`, with all that it inherits: what a network is, sees and
/// returns, in the order z, y, x, checked entry by entry against what Sheaf does.
package struct NNUNetConfiguration: Sendable {
  /// A plan that Sheaf cannot follow.
  package struct Refusal: Error {
    package let reason: String
    init(_ reason: String) { self.reason = reason }
  }

  package let name: String
  /// The name of its class and the arguments of the network, without the channels.
  package let network: (className: String, arguments: JSONValue)
  package let patch: [Int]
  /// Distances of voxels in the unit of the training volumes' files; nil where the plan has none.
  package let spacing: [Double]?
  package let scheme: NNUNetNormalisation
  package let datasetName: String?
  /// Axis *i* of the network's input is axis `axisOrder[i]` of a volume (z, y, x).
  package let axisOrder: [Int]
  /// What is doubtful, in sentences.
  package let doubts: [String]

  /// - Parameter plans: the object of `plans.json`.
  /// - Throws: `Refusal` for what Sheaf does not do.
  package init(_ plans: JSONValue, configuration name: String) throws {
    let entries = try Self.entries(of: plans, name)
    self.name = name
    datasetName = plans["dataset_name"]?.asString
    var doubts = Self.unknownEntries(plans.asObject ?? [:], NNUNetEntries.plans, "plans")
    doubts += Self.unknownEntries(entries, NNUNetEntries.configuration, "configuration \(name) of the plans")
    if let stage = (entries["previous_stage"] ?? entries["previous_stage_name"]).flatMap({ $0 == .null ? nil : $0 }) {
      throw Refusal(
        "expected a network that takes the volume alone, found the configuration \(name), the second stage of a cascade "
          + "that also takes the segmentation of \(stage.asString ?? "another stage"); give a network of 3d_fullres or "
          + "3d_lowres")
    }
    let patch = try Self.integers(entries["patch_size"], "a patch_size of three edges")
    guard patch.count == 3, patch.allSatisfy({ (1...100_000).contains($0) }) else {
      throw Refusal(
        patch.count == 2
          ? "expected a patch_size of three edges, found \(patch): the configuration \(name) is of planes (2d), for which "
            + "Sheaf has no network; give one of 3d_fullres"
          : "expected a patch_size of three edges, found \(patch)")
    }
    let order = try Self.axisOrder(plans)
    axisOrder = order
    self.patch = order.restore(patch)
    spacing = try Self.spacing(entries["spacing"]).map(order.restore)
    for (key, expected) in [("preprocessor_name", "DefaultPreprocessor")] {
      if let found = entries[key]?.asString, found != expected {
        throw Refusal("expected \(key) \(expected), found \(found)")
      }
    }
    if let found = plans["label_manager"]?.asString, found != "LabelManager" {
      throw Refusal("expected label_manager LabelManager, found \(found)")
    }
    if let reader = plans["image_reader_writer"]?.asString {
      doubts += try NNUNetReader.doubts(reader).map { [$0] } ?? []
    }
    scheme = try NNUNetNormalisation(entries, plans)
    network = try Self.network(entries, axisOrder: order)
    self.doubts = doubts
  }

  /// The entries of a configuration, those it lacks from its parents.
  private static func entries(of plans: JSONValue, _ name: String) throws -> [String: JSONValue] {
    guard let configurations = plans["configurations"]?.asObject else {
      throw Refusal("expected plans with configurations, found none")
    }
    var entries: [String: JSONValue] = [:]
    var next: String? = name
    var visited: [String] = []
    while let current = next {
      guard !visited.contains(current) else {
        throw Refusal("expected configurations that inherit from each other in one direction, found \(current) again")
      }
      visited.append(current)
      guard let own = configurations[current]?.asObject else {
        throw Refusal(
          "expected the configuration \(current) in the plans, found \(configurations.keys.sorted().joined(separator: ", "))"
        )
      }
      entries.merge(own) { nearer, _ in nearer }
      next = own["inherits_from"]?.asString
    }
    return entries
  }

  private static func unknownEntries(
    _ found: [String: JSONValue], _ known: [String: NNUNetEntry], _ place: String
  ) -> [String] {
    let unknown = found.keys.filter { known[$0] == nil }.sorted()
    if unknown.isEmpty { return [] }
    return ["\(unknown.joined(separator: ", ")) in the \(place) is not known to Sheaf and was passed over"]
  }

  private static func integers(_ value: JSONValue?, _ expected: String) throws -> [Int] {
    guard let items = value?.asArray else { throw Refusal("expected \(expected), found \(value?.excerpt ?? "none")") }
    return try items.map { item in
      // Plans that people edit have 64.0 too.
      guard let number = item.asInteger ?? item.asNumber.flatMap(Int.init(exactly:)) else {
        throw Refusal("expected \(expected), found \(value?.excerpt ?? "none")")
      }
      return number
    }
  }

  private static func spacing(_ value: JSONValue?) throws -> [Double]? {
    guard let value, value != .null else { return nil }
    let numbers = value.asArray?.compactMap(\.asNumber) ?? []
    guard numbers.count == 3, numbers.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw Refusal("expected a spacing of three positive numbers, found \(value.excerpt)")
    }
    return numbers
  }

  private static func axisOrder(_ plans: JSONValue) throws -> [Int] {
    func order(_ key: String) throws -> [Int]? {
      guard let value = plans[key], value != .null else { return nil }
      let order = try integers(value, "\(key) with each axis once")
      guard order.sorted() == [0, 1, 2] else {
        throw Refusal("expected \(key) with each axis once, found \(value.excerpt)")
      }
      return order
    }
    let forward = try order("transpose_forward") ?? [0, 1, 2]
    if let backward = try order("transpose_backward"), forward.restore([0, 1, 2]) != backward {
      throw Refusal("expected transpose_backward to undo transpose_forward \(forward), found \(backward)")
    }
    return forward
  }

  private static func network(_ entries: [String: JSONValue], axisOrder: [Int]) throws -> (String, JSONValue) {
    let architecture = entries["architecture"].flatMap { $0 == .null ? nil : $0 }
    var (className, arguments) = try architecture.map(described) ?? legacy(entries)
    for key in ["kernel_sizes", "strides"] {
      guard let stages = arguments[key]?.asArray else { continue }
      arguments[key] = .array(
        stages.map { stage in
          guard let edges = stage.asArray, edges.count == 3 else { return stage }
          return .array(axisOrder.restore(edges))
        })
    }
    return (className, .object(arguments))
  }

  private static func described(_ architecture: JSONValue) throws -> (String, [String: JSONValue]) {
    guard let className = architecture["network_class_name"]?.asString else {
      throw Refusal("expected a network_class_name in the architecture, found none")
    }
    guard let arguments = architecture["arch_kwargs"]?.asObject else {
      throw Refusal("expected arch_kwargs beside the name of the network, \(className), found none")
    }
    return (className, arguments)
  }

  /// Plans before nnU-Net 2.5 have a few numbers in place of the arguments (`ConfigurationManager` of nnU-Net's
  /// `plans_handler.py`).
  private static func legacy(_ entries: [String: JSONValue]) throws -> (String, [String: JSONValue]) {
    guard let name = entries["UNet_class_name"]?.asString else {
      throw Refusal("expected an architecture, or the UNet_class_name of older plans, found neither")
    }
    let blocks = try integers(entries["n_conv_per_stage_encoder"], "n_conv_per_stage_encoder with numbers")
    guard let base = entries["UNet_base_num_features"]?.asInteger,
      let most = entries["unet_max_num_features"]?.asInteger,
      (1...65536).contains(base), (2...12).contains(blocks.count)
    else {
      throw Refusal("expected UNet_base_num_features and unet_max_num_features with numbers, for 2 to 12 stages")
    }
    let isPlain = name == ArchitectureDescription.EncoderKind.plain.className
    let encoder: ArchitectureDescription.EncoderKind = isPlain ? .plain : .residual
    var arguments: [String: JSONValue] = [
      "n_stages": .integer(blocks.count),
      "features_per_stage": .array((0..<blocks.count).map { .integer(min(base << $0, most)) }),
      encoder.blocksKey: .array(blocks.map { .integer($0) }),
      "conv_op": "torch.nn.modules.conv.Conv3d", "conv_bias": true,
      "norm_op": "torch.nn.modules.instancenorm.InstanceNorm3d",
      "norm_op_kwargs": ["eps": .number(1e-5), "affine": true],
      "nonlin": "torch.nn.LeakyReLU", "nonlin_kwargs": ["inplace": true],
    ]
    for (key, older) in [
      ("kernel_sizes", "conv_kernel_sizes"), ("strides", "pool_op_kernel_sizes"),
      ("n_conv_per_stage_decoder", "n_conv_per_stage_decoder"),
    ] {
      guard let value = entries[older] else { throw Refusal("expected \(older) beside UNet_class_name, found none") }
      arguments[key] = value
    }
    return (name, arguments)
  }
}

extension [Int] {
  /// Brings what is listed in this order of axes into the order z, y, x.
  package func restore<Value>(_ values: [Value]) -> [Value] {
    indices.map { axis in values[firstIndex(of: axis)!] }
  }
}
