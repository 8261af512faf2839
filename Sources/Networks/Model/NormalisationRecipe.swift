/// How a volume's intensities are normalised for a network: clipped between two percentiles of the whole volume, then
/// shifted and scaled to mean 0 and standard deviation 1.
package struct NormalisationRecipe: Codable, Hashable, Sendable {
  package var lowerPercentile: Double
  package var upperPercentile: Double

  package init(lowerPercentile: Double = 0.5, upperPercentile: Double = 99.99) {
    self.lowerPercentile = lowerPercentile
    self.upperPercentile = upperPercentile
  }

  /// As `ModelDescription` wrote it in its first format.
  private enum FirstFormatKeys: String, CodingKey {
    case lowerPercentile = "lower_percentile"
    case upperPercentile = "upper_percentile"
  }

  private enum CodingKeys: CodingKey { case lowerPercentile, upperPercentile }

  package init(from decoder: any Decoder) throws {
    let first = try decoder.container(keyedBy: FirstFormatKeys.self)
    if first.contains(.lowerPercentile) {
      lowerPercentile = try first.decode(Double.self, forKey: .lowerPercentile)
      upperPercentile = try first.decode(Double.self, forKey: .upperPercentile)
    } else {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      lowerPercentile = try values.decode(Double.self, forKey: .lowerPercentile)
      upperPercentile = try values.decode(Double.self, forKey: .upperPercentile)
    }
  }
}
