import Architectures

/// How a volume's intensities are normalised for a network: clipped between two percentiles of the whole volume, then
/// shifted and scaled to mean 0 and standard deviation 1; or as nnU-Net does it.
package struct NormalisationRecipe: Codable, Hashable, Sendable {
  package var lowerPercentile: Double
  package var upperPercentile: Double
  /// In place of the percentiles.
  package var nnUNet: NNUNetNormalisation?

  package init(
    lowerPercentile: Double = 0.5, upperPercentile: Double = 99.99, nnUNet: NNUNetNormalisation? = nil
  ) {
    self.lowerPercentile = lowerPercentile
    self.upperPercentile = upperPercentile
    self.nnUNet = nnUNet
  }

  /// For the plan and for comparisons.
  package var text: String { nnUNet?.text ?? "clipped between percentiles \(lowerPercentile) and \(upperPercentile)" }

  /// As `ModelDescription` wrote it in its first format.
  private enum FirstFormatKeys: String, CodingKey {
    case lowerPercentile = "lower_percentile"
    case upperPercentile = "upper_percentile"
  }

  private enum CodingKeys: CodingKey { case lowerPercentile, upperPercentile, nnUNet }

  package init(from decoder: any Decoder) throws {
    let first = try decoder.container(keyedBy: FirstFormatKeys.self)
    if first.contains(.lowerPercentile) {
      self.init(
        lowerPercentile: try first.decode(Double.self, forKey: .lowerPercentile),
        upperPercentile: try first.decode(Double.self, forKey: .upperPercentile))
      return
    }
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(nnUNet: try values.decodeIfPresent(NNUNetNormalisation.self, forKey: .nnUNet))
    if nnUNet == nil {
      lowerPercentile = try values.decode(Double.self, forKey: .lowerPercentile)
      upperPercentile = try values.decode(Double.self, forKey: .upperPercentile)
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    if let nnUNet { return try values.encode(nnUNet, forKey: .nnUNet) }
    try values.encode(lowerPercentile, forKey: .lowerPercentile)
    try values.encode(upperPercentile, forKey: .upperPercentile)
  }
}
