/// What makes a voxel foreground where a network tells several structures apart.
public enum ForegroundRule: String, CaseIterable, Sendable {
  /// The likeliest structure against the background: P(structure) / (P(structure) + P(background)). From 0.5 up just where
  /// nnU-Net's labels, the class of the largest output, are not background.
  case likeliest
  /// All structures together: 1 − P(background). It may reach 0.5 where no single structure is as likely as the background.
  case any

  /// For people.
  package var words: String {
    switch self {
    case .likeliest: "the likeliest of them against the background, which decides as nnU-Net's labels do"
    case .any: "all of them together, 1 − P(background)"
    }
  }
}
