import Networks

/// The network of a recipe as the text of its settings: lists over the stages, finest first, in the words of nnU-Net's
/// plans. Numbers are separated by commas; a kernel or stride that differs by axis is written `1x2x2`, (z, y, x).
///
/// They begin as the lists of the tier; those that depend on the number of stages follow when that is changed.
struct StageLists: Sendable, Equatable {
  /// Channels of each stage.
  var features: String
  /// Residual blocks of each stage of the encoder.
  var blocks: String
  /// Convolutions of each stage of the decoder, coarsest first.
  var decoderConvolutions: String
  var kernels: String
  var strides: String

  static let featuresKey = "features-per-stage"
  static let blocksKey = "blocks-per-stage"
  static let decoderConvolutionsKey = "convolutions-per-decoder-stage"
  static let kernelsKey = "kernel-sizes"
  static let stridesKey = "strides"
  /// Settings that a recipe file may also give as YAML lists, such as `[[1, 1, 1], [1, 2, 2]]`.
  static let keys: Set<String> = [featuresKey, blocksKey, decoderConvolutionsKey, kernelsKey, stridesKey]

  init(features: String, blocks: String, decoderConvolutions: String, kernels: String, strides: String) {
    (self.features, self.blocks, self.decoderConvolutions) = (features, blocks, decoderConvolutions)
    (self.kernels, self.strides) = (kernels, strides)
  }

  init(_ architecture: ArchitectureDescription) {
    func text(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ",") }
    func text(_ triples: [[Int]]) -> String {
      triples.map { triple in
        Set(triple).count == 1 ? "\(triple[0])" : triple.map(String.init).joined(separator: "x")
      }.joined(separator: ",")
    }
    features = text(architecture.featuresPerStage)
    blocks = text(architecture.blocksPerStage)
    decoderConvolutions = text(architecture.convolutionsPerDecoderStage)
    kernels = text(architecture.kernels)
    strides = text(architecture.strides)
  }

  /// Takes the channels of other stages; where their number changes, decoder, kernels and strides become those of a
  /// network that halves its resolution from stage to stage.
  mutating func adopt(features text: String) {
    let count = text.split(separator: ",").count
    guard count >= 2, count != features.split(separator: ",").count else { return }
    let plain = StageLists(
      ArchitectureDescription(
        features: Array(repeating: 1, count: count), blocks: Array(repeating: 1, count: count), classes: 1,
        deepSupervision: false))
    (decoderConvolutions, kernels, strides) = (plain.decoderConvolutions, plain.kernels, plain.strides)
  }

  /// - Throws: `Fault.usage` naming the first list that cannot be.
  func architecture(deepSupervision: Bool, classes: Int) throws -> ArchitectureDescription {
    let channels = try numbers(features, StageLists.featuresKey, in: 1...65_536)
    try require((2...12).contains(channels.count), StageLists.featuresKey, features, "channels of 2 to 12 stages")
    var architecture = ArchitectureDescription(
      features: channels, blocks: try numbers(blocks, StageLists.blocksKey, in: 1...1000), classes: classes,
      deepSupervision: deepSupervision)
    architecture.convolutionsPerDecoderStage = try numbers(
      decoderConvolutions, StageLists.decoderConvolutionsKey, in: 1...1000)
    architecture.kernels = try triples(kernels, StageLists.kernelsKey, in: 1...31)
    architecture.strides = try triples(strides, StageLists.stridesKey, in: 1...8)
    let stages = channels.count
    for (key, text, found, wanted) in [
      (StageLists.blocksKey, blocks, architecture.blocksPerStage.count, stages),
      (
        StageLists.decoderConvolutionsKey, decoderConvolutions, architecture.convolutionsPerDecoderStage.count,
        stages - 1
      ),
      (StageLists.kernelsKey, kernels, architecture.kernels.count, stages),
      (StageLists.stridesKey, strides, architecture.strides.count, stages),
    ] {
      try require(found == wanted, key, text, "\(wanted) entries for the \(stages) stages of \(StageLists.featuresKey)")
    }
    try require(
      architecture.kernels.allSatisfy { $0.allSatisfy { $0 % 2 == 1 } }, StageLists.kernelsKey, kernels, "odd numbers")
    try require(
      architecture.strides[0] == [1, 1, 1], StageLists.stridesKey, strides, "1 for the first stage, which is the finest"
    )
    return architecture
  }

  private func numbers(_ text: String, _ key: String, in range: ClosedRange<Int>) throws -> [Int] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { try number($0, text, key, range) }
  }

  private func triples(_ text: String, _ key: String, in range: ClosedRange<Int>) throws -> [[Int]] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { entry in
      let parts = try entry.split(separator: "x", omittingEmptySubsequences: false).map {
        try number($0, text, key, range)
      }
      try require(
        parts.count == 1 || parts.count == 3, key, text, "one number a stage, or three such as 1x2x2 (z, y, x)")
      return parts.count == 1 ? [parts[0], parts[0], parts[0]] : parts
    }
  }

  private func number(_ part: Substring, _ text: String, _ key: String, _ range: ClosedRange<Int>) throws -> Int {
    let value = Int(part.filter { $0 != " " })
    try require(
      value.map(range.contains) == true, key, "'\(text)'",
      "whole numbers from \(range.lowerBound) to \(range.upperBound), separated by commas")
    return value!
  }
}
