/// What the values of a volume stand for.
package enum VolumeMeaning: String, Sendable, Codable, CaseIterable {
  /// What a microscope measured.
  case intensities
  /// 0 to 1, or stored integers of which the largest is 1.
  case probabilities
  /// One value for everything that was found; objects are its connected components.
  case mask
  /// A value for each object.
  case instances
  /// A value for each class of voxels, or codes of an annotator, to which a label map gives a meaning.
  case classes
}

/// What a volume is used for, which decides what it may mean.
package enum VolumeRole: Sendable {
  /// A segmentation that is scored.
  case prediction
  /// What a segmentation is scored against.
  case reference
  /// What a network is trained on.
  case label
  /// Labels that are drawn over an image.
  case overlay

  /// The option that says what such a volume means; nil where there is none.
  var option: String? {
    switch self {
    case .prediction: "--prediction-is"
    case .reference: "--reference-is"
    case .label: "--label-is"
    case .overlay: nil
    }
  }
}
