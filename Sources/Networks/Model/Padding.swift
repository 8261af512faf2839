/// What a network is shown beyond the faces of a volume that is smaller than its crops.
///
/// A network that has never seen an edge between tissue and a constant finds objects all along it: in c-Fos crops of 40³
/// padded to 64³ with background, nine of ten objects touched a face, and the Dice fell from 0.30 to 0.03. One that was
/// trained on small volumes has seen nothing else.
public enum Padding: String, Codable, Hashable, Sendable {
  /// The dark background of the volume, normalised: how `finetune` pads crops of volumes that are smaller.
  case background
  /// Zero after normalisation: nnU-Net's `pad_nd_image` and MONAI's `sliding_window_inference`.
  case zero
  /// The volume mirrored about its first and last plane, row and column, which are not repeated: no edge that is not there.
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
