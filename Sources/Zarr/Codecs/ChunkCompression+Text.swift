// How the settings stored with a store name its compression. `repair` reads them back, so neither the names nor the
// format may change.

extension ChunkCompression {
  /// `zstd(level: 3)` or `bloscZstd(level: 1)`, as `init(text:)` reads it.
  package var text: String {
    switch self {
    case .zstd(let level): "zstd(level: \(level))"
    case .bloscZstd(let level): "bloscZstd(level: \(level))"
    case .bloscLZ4(let level): "bloscLZ4(level: \(level))"
    }
  }

  /// Parses the format of `text`; nil for any other format, an unknown compressor or an invalid level.
  package init?(text: String) {
    let parts = text.split(separator: "(level: ", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].hasSuffix(")"), let level = Int(parts[1].dropLast()) else { return nil }
    switch parts[0] {
    case "zstd" where (-131_072...22).contains(level): self = .zstd(level: level)
    case "bloscZstd" where (0...9).contains(level): self = .bloscZstd(level: level)
    case "bloscLZ4" where (0...9).contains(level): self = .bloscLZ4(level: level)
    default: return nil
    }
    // Exactly one text for each compression: no leading zeros or signs.
    if self.text != text { return nil }
  }
}
