/// Which parameters to take from a weights file.
package enum WeightSelection: String, Sendable, Codable, CaseIterable {
  case encoder
  /// All but the output layers, which are specific to a task.
  case encoderAndDecoder = "encoder-and-decoder"
  case everything

  func includes(_ name: String) -> Bool {
    switch self {
    case .encoder: name.hasPrefix("encoder.")
    case .encoderAndDecoder: !name.hasPrefix("decoder.seg_layers.")
    case .everything: true
    }
  }
}
