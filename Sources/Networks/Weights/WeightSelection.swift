/// Which parameters to take from a weights file.
package enum WeightSelection: String, Sendable, Codable, CaseIterable {
  case encoder
  /// All but the output layers, which are specific to a task.
  case encoderAndDecoder = "encoder-and-decoder"
  case everything

  package func includes(_ name: String) -> Bool {
    switch self {
    case .encoder: name.hasPrefix("encoder.")
    case .encoderAndDecoder: !name.hasPrefix("decoder.seg_layers.")
    case .everything: true
    }
  }

  /// Whether a tensor that the network has no place for belongs to the selected parts, so that the network is another one
  /// than the weights are of. What pretraining leaves beside them (its own decoder, a mask token, projection heads) does
  /// not, unless everything is selected.
  func claims(_ name: String) -> Bool {
    switch self {
    case .encoder: name.hasPrefix("encoder.")
    case .encoderAndDecoder:
      name.hasPrefix("encoder.") || name.hasPrefix("decoder.") && !name.hasPrefix("decoder.seg_layers.")
    case .everything: true
    }
  }
}
