import Files

/// Networks as the arguments of `dynamic_network_architectures`, which nnU-Net's plans list under `arch_kwargs`, nnssl's
/// under the same name, and Sheaf's own descriptions under `architecture`.
///
/// Each argument is one of three (`NNUNetEntries.arguments`): it fills the description, it is required to have the one
/// value that Sheaf's networks have, or it does not change the network's output. Any other argument is refused, because it
/// would have to be guessed what it does.
extension ArchitectureDescription {
  /// A network that Sheaf does not have, or a description that is not complete.
  package struct Refusal: Error {
    /// Continues "the network description in … is malformed: ".
    package let reason: String
  }

  /// - Parameters:
  ///   - arguments: the object `arch_kwargs`.
  ///   - className: of `dynamic_network_architectures`, with or without its modules; nil to tell by the arguments.
  ///   - channels: of input and output, where the arguments do not say.
  /// - Throws: `Refusal`.
  package init(arguments: JSONValue, className: String?, channels: (input: Int, classes: Int)? = nil) throws {
    guard let members = arguments.asObject else {
      throw Refusal(reason: "expected arguments of the network by name, found \(arguments.excerpt)")
    }
    for key in members.keys.sorted() where NNUNetEntries.arguments[key] == nil {
      throw Refusal(reason: "expected arguments that Sheaf knows, found \(key), which might change the network")
    }
    let reader = ArgumentReader(members: members)
    let encoder = try reader.encoder(className)
    try reader.requireTheOnlyValues()
    let stages = try reader.stageCount(encoder)
    self.init(features: Array(repeating: 1, count: stages), blocks: [], classes: 1, deepSupervision: false)
    self.encoder = encoder
    featuresPerStage = try reader.list("features_per_stage", stages)
    blocksPerStage = try reader.list(encoder.blocksKey, stages)
    convolutionsPerDecoderStage = try reader.list("n_conv_per_stage_decoder", stages - 1)
    kernels = try reader.triples("kernel_sizes", stages)
    strides = try reader.triples("strides", stages)
    // Sheaf's first descriptions leave it out where it is true; PyTorch's default is false, and nnU-Net always says.
    convolutionBias = try reader.flag("conv_bias") ?? (channels == nil)
    deepSupervision = try reader.flag("deep_supervision") ?? false
    negativeSlope = try reader.negativeSlope()
    normEpsilon = try reader.normEpsilon()
    inputChannels = try channels?.input ?? reader.integer("input_channels")
    classes = try channels?.classes ?? reader.integer("num_classes")
  }
}

extension ArchitectureDescription.EncoderKind {
  /// The argument that gives the blocks or convolutions of each stage.
  package var blocksKey: String {
    switch self {
    case .residual: "n_blocks_per_stage"
    case .plain: "n_conv_per_stage"
    }
  }

  /// The name of the first convolution's weight.
  package var firstLayer: String {
    switch self {
    case .residual: "encoder.stem.convs.0.conv.weight"
    case .plain: "encoder.stages.0.0.convs.0.conv.weight"
    }
  }

  /// The class in `dynamic_network_architectures.architectures.unet`.
  package var className: String {
    switch self {
    case .residual: "ResidualEncoderUNet"
    case .plain: "PlainConvUNet"
    }
  }
}

/// Looks arguments up and says what was expected.
private struct ArgumentReader {
  typealias Refusal = ArchitectureDescription.Refusal
  let members: [String: JSONValue]

  /// nil where the argument is absent or none.
  private func value(_ key: String) -> JSONValue? { members[key].flatMap { $0 == .null ? nil : $0 } }

  private func refusal(_ key: String, _ expected: String) -> Refusal {
    Refusal(reason: "expected \(expected), found \(members[key].map { "\(key) \($0.excerpt)" } ?? "no \(key)")")
  }

  func encoder(_ className: String?) throws -> ArchitectureDescription.EncoderKind {
    let name = className?.split(separator: ".").last.map(String.init)
    if let name {
      guard let encoder = ArchitectureDescription.EncoderKind.allCases.first(where: { $0.className == name }) else {
        throw Refusal(reason: "expected a ResidualEncoderUNet or a PlainConvUNet, found \(className ?? name)")
      }
      return encoder
    }
    return value("n_conv_per_stage") == nil ? .residual : .plain
  }

  /// What Sheaf's networks have no choice in.
  func requireTheOnlyValues() throws {
    for (key, suffix) in [("conv_op", "Conv3d"), ("norm_op", "InstanceNorm3d")] {
      guard let value = members[key] else { continue }
      guard value.asString?.split(separator: ".").last == Substring(suffix) else {
        let flat = value.asString?.hasSuffix("2d") == true ? "; Sheaf has no networks for planes" : ""
        throw Refusal(reason: "expected \(key) \(suffix), found \(value.asString ?? value.excerpt)\(flat)")
      }
    }
    for key in ["nonlin_first", "squeeze_excitation"] where try flag(key) == true {
      throw refusal(key, "no \(key)")
    }
    for key in ["block", "bottleneck_channels", "stem_channels"] {
      if let value = value(key), !(key == "block" && value.asString?.hasSuffix("BasicBlockD") == true) {
        throw refusal(key, "no \(key)")
      }
    }
    if let pool = value("pool"), pool != "conv" { throw refusal("pool", "pooling by strided convolution (conv)") }
    if let norm = value("norm_op_kwargs") {
      guard let norm = norm.asObject else { throw refusal("norm_op_kwargs", "arguments of the norm") }
      // nnU-Net always asks for affine norms; PyTorch's default is without.
      guard norm["affine"] == true || members["norm_op"] == nil && norm["affine"] == nil else {
        throw refusal("norm_op_kwargs", "norms with weight and bias (affine)")
      }
      guard norm["track_running_stats"] ?? false == false else {
        throw refusal("norm_op_kwargs", "norms without running statistics")
      }
      for key in norm.keys.sorted() where !["eps", "affine", "track_running_stats", "momentum"].contains(key) {
        throw refusal("norm_op_kwargs", "norm_op_kwargs of eps and affine")
      }
    } else if members["norm_op"] != nil {
      throw refusal("norm_op_kwargs", "norms with weight and bias (affine)")
    }
  }

  func negativeSlope() throws -> Double {
    let kind = value("nonlin")?.asString?.split(separator: ".").last
    let arguments = value("nonlin_kwargs")?.asObject ?? [:]
    switch kind {
    case nil where members["nonlin"] != nil: throw refusal("nonlin", "nonlin LeakyReLU or ReLU")
    case nil, "LeakyReLU":
      for key in arguments.keys.sorted() where !["inplace", "negative_slope"].contains(key) {
        throw refusal("nonlin_kwargs", "nonlin_kwargs of negative_slope and inplace")
      }
      guard let slope = arguments["negative_slope"] else { return ArchitectureDescription.usualNegativeSlope }
      guard let slope = slope.asNumber else { throw refusal("nonlin_kwargs", "a number as negative_slope") }
      return slope
    case "ReLU": return 0
    default: throw refusal("nonlin", "nonlin LeakyReLU or ReLU")
    }
  }

  func normEpsilon() throws -> Double {
    guard let epsilon = value("norm_op_kwargs")?["eps"] else { return ArchitectureDescription.usualNormEpsilon }
    guard let epsilon = epsilon.asNumber else { throw refusal("norm_op_kwargs", "a number as eps of the norm") }
    return epsilon
  }

  func stageCount(_ encoder: ArchitectureDescription.EncoderKind) throws -> Int {
    let count = members["n_stages"] ?? members["features_per_stage"]?.asArray.map { .integer($0.count) } ?? .null
    guard let stages = count.asInteger, (2...12).contains(stages) else {
      throw Refusal(reason: "expected n_stages from 2 to 12, found \(count == .null ? "none" : count.excerpt)")
    }
    return stages
  }

  func integer(_ key: String) throws -> Int {
    guard let number = members[key]?.asInteger else { throw refusal(key, "\(key) with a number") }
    return number
  }

  func flag(_ key: String) throws -> Bool? {
    guard let value = value(key) else { return nil }
    guard case .bool(let flag) = value else { throw refusal(key, "\(key) true or false") }
    return flag
  }

  func list(_ key: String, _ count: Int) throws -> [Int] {
    if let number = members[key]?.asInteger { return Array(repeating: number, count: count) }
    let numbers = members[key]?.asArray?.map(\.asInteger)
    guard let list = numbers?.compactMap({ $0 }), list.count == numbers?.count else {
      throw refusal(key, "\(key) with \(count) numbers")
    }
    return list
  }

  func triples(_ key: String, _ count: Int) throws -> [[Int]] {
    if let number = members[key]?.asInteger {
      return Array(repeating: [number, number, number], count: count)
    }
    guard let entries = members[key]?.asArray else { throw refusal(key, "\(key) with \(count) entries") }
    return try entries.map { entry in
      if let number = entry.asInteger { return [number, number, number] }
      guard let triple = entry.asArray?.compactMap(\.asInteger), triple.count == entry.asArray?.count else {
        throw refusal(key, "\(key) with three numbers a stage")
      }
      return triple
    }
  }
}

extension ArchitectureDescription {
  /// The arguments that it was, or could have been, read from, without the channels.
  package var arguments: JSONValue {
    func list(_ numbers: [Int]) -> JSONValue { .array(numbers.map { .integer($0) }) }
    return .object([
      "n_stages": .integer(stageCount), "features_per_stage": list(featuresPerStage),
      encoder.blocksKey: list(blocksPerStage), "n_conv_per_stage_decoder": list(convolutionsPerDecoderStage),
      "kernel_sizes": .array(kernels.map(list)), "strides": .array(strides.map(list)),
      "conv_bias": .bool(convolutionBias), "conv_op": "torch.nn.modules.conv.Conv3d",
      "norm_op": "torch.nn.modules.instancenorm.InstanceNorm3d",
      "norm_op_kwargs": ["eps": .number(normEpsilon), "affine": true], "nonlin": "torch.nn.LeakyReLU",
      "nonlin_kwargs": ["negative_slope": .number(negativeSlope), "inplace": true],
    ])
  }
}

extension ArchitectureDescription: Codable {
  private enum CodingKeys: String, CodingKey {
    case inputChannels = "input_channels"
    case featuresPerStage = "features_per_stage"
    case blocksPerStage = "n_blocks_per_stage"
    case convolutionsPerStage = "n_conv_per_stage"
    case convolutionsPerDecoderStage = "n_conv_per_stage_decoder"
    case kernels = "kernel_sizes"
    case strides
    case classes = "num_classes"
    case convolutionBias = "conv_bias"
    case deepSupervision = "deep_supervision"
    case nonlinearity = "nonlin_kwargs"
    case norm = "norm_op_kwargs"
  }

  /// - Throws: `Refusal` for what is not a complete description.
  public init(from decoder: any Decoder) throws {
    try self.init(arguments: JSONValue(from: decoder), className: nil)
  }

  /// What differs from nnU-Net's usual networks is written only there, so that descriptions keep their bytes.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(inputChannels, forKey: .inputChannels)
    try values.encode(featuresPerStage, forKey: .featuresPerStage)
    try values.encode(blocksPerStage, forKey: self.encoder == .plain ? .convolutionsPerStage : .blocksPerStage)
    try values.encode(convolutionsPerDecoderStage, forKey: .convolutionsPerDecoderStage)
    try values.encode(kernels, forKey: .kernels)
    try values.encode(strides, forKey: .strides)
    try values.encode(classes, forKey: .classes)
    try values.encode(convolutionBias, forKey: .convolutionBias)
    try values.encode(deepSupervision, forKey: .deepSupervision)
    if negativeSlope != Self.usualNegativeSlope {
      try values.encode(["negative_slope": negativeSlope], forKey: .nonlinearity)
    }
    if normEpsilon != Self.usualNormEpsilon {
      try values.encode(JSONValue.object(["affine": true, "eps": .number(normEpsilon)]), forKey: .norm)
    }
  }
}
