import Files

/// How nnU-Net normalises the one channel of a volume (`default_normalization_schemes.py`).
package enum NNUNetNormalisation: Codable, Hashable, Sendable {
  /// (v − mean) / SD of the volume.
  case zScore
  /// Clipped, then shifted and scaled, all by constants of the training volumes' foreground.
  case fixed(lower: Double, upper: Double, mean: Double, deviation: Double)
  case none
  /// The smallest value to 0, the largest to 1.
  case minimumToMaximum
  /// 0 to 255 to 0 to 1.
  case byte

  /// - Parameters:
  ///   - entries: the configuration.
  ///   - plans: where the constants are.
  /// - Throws: `NNUNetConfiguration.Refusal` for another scheme, or one that depends on a mask.
  init(_ entries: [String: JSONValue], _ plans: JSONValue) throws {
    let schemes = entries["normalization_schemes"]?.asArray?.map { $0.asString ?? $0.excerpt } ?? []
    guard let scheme = schemes.first else {
      throw NNUNetConfiguration.Refusal("expected normalization_schemes with one entry a channel, found none")
    }
    guard schemes.count == 1 else {
      throw NNUNetConfiguration.Refusal(
        "expected a network that takes one channel, found \(schemes.count) (\(schemes.joined(separator: ", "))); Sheaf "
          + "gives a network one channel of a volume")
    }
    switch scheme {
    case "ZScoreNormalization":
      if entries["use_mask_for_norm"]?.asArray?.first == true {
        throw NNUNetConfiguration.Refusal(
          "expected use_mask_for_norm false, found true: nnU-Net normalised by the voxels inside a mask of each volume, "
            + "which Sheaf does not make")
      }
      self = .zScore
    case "CTNormalization":
      let constants =
        plans["foreground_intensity_properties_per_channel"]
        ?? plans["foreground_intensity_properties_by_modality"]
      func constant(_ key: String) throws -> Double {
        guard let number = constants?["0"]?[key]?.asNumber, number.isFinite else {
          throw NNUNetConfiguration.Refusal(
            "expected \(key) of channel 0 in foreground_intensity_properties_per_channel, for CTNormalization, found none"
          )
        }
        return number
      }
      self = .fixed(
        lower: try constant("percentile_00_5"), upper: try constant("percentile_99_5"), mean: try constant("mean"),
        deviation: max(try constant("std"), 1e-8))
    case "NoNormalization": self = .none
    case "RescaleTo01Normalization": self = .minimumToMaximum
    case "RGBTo01Normalization": self = .byte
    default:
      throw NNUNetConfiguration.Refusal(
        "expected intensities normalised by one of nnU-Net's schemes, found \(scheme), which Sheaf does not know")
    }
  }
}

extension NNUNetNormalisation {
  /// For the plan and for comparisons.
  package var text: String {
    switch self {
    case .zScore: "to mean 0 and deviation 1 (nnU-Net's ZScoreNormalization)"
    case .fixed(let lower, let upper, let mean, let deviation):
      "clipped between \(lower) and \(upper), minus \(mean), divided by \(deviation) (nnU-Net's CTNormalization)"
    case .none: "as they are (nnU-Net's NoNormalization)"
    case .minimumToMaximum: "from 0 for the smallest to 1 for the largest (nnU-Net's RescaleTo01Normalization)"
    case .byte: "divided by 255 (nnU-Net's RGBTo01Normalization)"
    }
  }
}
