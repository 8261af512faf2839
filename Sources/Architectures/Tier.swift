/// The network sizes that Sheaf trains.
public enum Tier: String, Codable, Sendable, CaseIterable {
  /// For demonstrations and tests: seconds on the CPU of a laptop.
  case extraSmall = "XS"
  /// For training on CPUs and small GPUs.
  case small = "S"
  /// nnU-Net's ResEnc-L.
  case large = "L"

  package var features: [Int] {
    switch self {
    case .extraSmall: [8, 16, 32, 64]
    case .small: [16, 32, 64, 128, 160, 160]
    case .large: [32, 64, 128, 256, 320, 320]
    }
  }

  package var blocks: [Int] {
    switch self {
    case .extraSmall: [1, 1, 1, 1]
    case .small: [1, 2, 2, 2, 2, 2]
    case .large: [1, 3, 4, 6, 6, 6]
    }
  }
}
