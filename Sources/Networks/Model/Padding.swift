/// What a network was shown beyond the faces of volumes that are smaller than its crops, and is to be shown again.
public enum Padding: String, Codable, Hashable, Sendable {
  /// The dark background of the volume, normalised, as Sheaf pads its crops.
  case background
  /// Zero after normalisation: nnU-Net's `pad_nd_image` and MONAI's `sliding_window_inference`.
  case zero
  /// The volume mirrored about its first and last plane, row and column, which are not repeated.
  case mirror

  /// What happens, for people: padded …
  package var words: String {
    switch self {
    case .background: "with the volume's background"
    case .zero: "with zeros after normalisation"
    case .mirror: "with the volume mirrored"
    }
  }
}
