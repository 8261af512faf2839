import Architectures
import Files

/// The network of a recipe as the text of its settings, which are named like these lists over the stages in nnU-Net's
/// plans. Numbers are separated by commas; a kernel or stride that differs by axis is written `1x2x2`, (z, y, x).
struct StageLists: Sendable, Equatable {
  /// Channels of each stage, finest first.
  var features: String
  /// Residual blocks of each stage of the encoder.
  var blocks: String
  /// Convolutions of each stage of the decoder, coarsest first.
  var decoderConvolutions: String
  var kernels: String
  var strides: String
  /// The kind of encoder, and what differs from nnU-Net's usual networks.
  var network = Self.usualNetwork

  static let usualNetwork = ArchitectureDescription.EncoderKind.residual.rawValue

  static let featuresKey = TrainingSettings.table.featuresPerStage.key
  static let blocksKey = TrainingSettings.table.blocksPerStage.key
  static let decoderConvolutionsKey = TrainingSettings.table.convolutionsPerDecoderStage.key
  static let kernelsKey = TrainingSettings.table.kernelSizes.key
  static let stridesKey = TrainingSettings.table.strides.key
  /// Settings that a recipe file may also give as YAML lists, such as `[[1, 1, 1], [1, 2, 2]]`.
  static let keys: Set<String> = [featuresKey, blocksKey, decoderConvolutionsKey, kernelsKey, stridesKey, networkKey]
  static let networkKey = TrainingSettings.table.network.key

  /// Makes decoder, kernels and strides those of a network of so many stages that halves its resolution from one to the
  /// next, unless there are as many already.
  mutating func setStageCount(_ count: Int) {
    guard count >= 2, count != features.split(separator: ",").count else { return }
    let ones = Array(repeating: 1, count: count)
    let plain = StageLists(ArchitectureDescription(features: ones, blocks: ones, classes: 1, deepSupervision: false))
    (decoderConvolutions, kernels, strides) = (plain.decoderConvolutions, plain.kernels, plain.strides)
  }

  /// - Throws: `Fault.usage` naming the first list that is not valid.
  func architecture(deepSupervision: Bool, classes: Int) throws -> ArchitectureDescription {
    let channels = try numbers(features, StageLists.featuresKey)
    var architecture = ArchitectureDescription(
      features: channels, blocks: try numbers(blocks, StageLists.blocksKey), classes: classes,
      deepSupervision: deepSupervision)
    architecture.convolutionsPerDecoderStage = try numbers(decoderConvolutions, StageLists.decoderConvolutionsKey)
    architecture.kernels = try triples(kernels, StageLists.kernelsKey)
    architecture.strides = try triples(strides, StageLists.stridesKey)
    try apply(network, to: &architecture)
    try architecture.validate { Fault.usage("the settings do not describe a network: expected \($0)") }
    return architecture
  }

  /// The words of the setting `network`.
  private func apply(_ text: String, to architecture: inout ArchitectureDescription) throws {
    let usage = Fault.usage(
      "the setting \(StageLists.networkKey) is '\(text)'; expected residual or plain, and after that any of conv_bias=false, "
        + "negative_slope=NUMBER and eps=NUMBER, separated by commas")
    let words = text.split(separator: ",").map { $0.filter { $0 != " " } }
    guard let kind = words.first.flatMap(ArchitectureDescription.EncoderKind.init(rawValue:)) else { throw usage }
    architecture.encoder = kind
    for word in words.dropFirst() {
      let parts = word.split(separator: "=").map(String.init)
      switch (parts.first, parts.count == 2 ? Double(parts[1]) : nil) {
      case ("conv_bias", _) where ["true", "false"].contains(parts.last):
        architecture.convolutionBias = parts.last == "true"
      case ("negative_slope", let number?): architecture.negativeSlope = number
      case ("eps", let number?): architecture.normEpsilon = number
      default: throw usage
      }
    }
  }

  private static func network(_ architecture: ArchitectureDescription) -> String {
    var words = [architecture.encoder.rawValue]
    if !architecture.convolutionBias { words.append("conv_bias=false") }
    if architecture.negativeSlope != ArchitectureDescription.usualNegativeSlope {
      words.append("negative_slope=\(architecture.negativeSlope)")
    }
    if architecture.normEpsilon != ArchitectureDescription.usualNormEpsilon {
      words.append("eps=\(architecture.normEpsilon)")
    }
    return words.joined(separator: ", ")
  }

  private func numbers(_ text: String, _ key: String) throws -> [Int] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { try number($0, text, key) }
  }

  private func triples(_ text: String, _ key: String) throws -> [[Int]] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { entry in
      let parts = try entry.split(separator: "x", omittingEmptySubsequences: false).map { try number($0, text, key) }
      return parts.count == 1 ? [parts[0], parts[0], parts[0]] : parts
    }
  }

  private func number(_ part: Substring, _ text: String, _ key: String) throws -> Int {
    guard let value = Int(part.filter { $0 != " " }) else {
      throw Fault.usage(
        "the setting \(key) is '\(text)'; expected whole numbers separated by commas, or 1x2x2 for (z, y, x)")
    }
    return value
  }
}

extension StageLists {
  init(_ tier: Tier) { self.init(ArchitectureDescription(tier, classes: 1, deepSupervision: false)) }

  init(_ architecture: ArchitectureDescription) {
    func text(_ numbers: [Int], _ separator: String = ",") -> String {
      numbers.map(String.init).joined(separator: separator)
    }
    func text(_ triples: [[Int]]) -> String {
      triples.map { Set($0).count == 1 ? "\($0[0])" : text($0, "x") }.joined(separator: ",")
    }
    self.init(
      features: text(architecture.featuresPerStage), blocks: text(architecture.blocksPerStage),
      decoderConvolutions: text(architecture.convolutionsPerDecoderStage), kernels: text(architecture.kernels),
      strides: text(architecture.strides), network: Self.network(architecture))
  }
}
