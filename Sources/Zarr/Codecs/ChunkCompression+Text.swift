// How the settings beside a store name its compression. Stores are repaired by reading it back, so neither the names nor
// the form may change.

extension ChunkCompression {
  /// `zstd(level: 3)` or `bloscZstd(level: 1)`, the form `init(text:)` reads.
  package var text: String {
    switch self {
    case .zstd(let level): "zstd(level: \(level))"
    case .bloscZstd(let level): "bloscZstd(level: \(level))"
    }
  }

  /// Reads the form that `text` has; nil for another form, an unknown compressor or a level it does not have.
  package init?(text: String) {
    let parts = text.split(separator: "(level: ", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].hasSuffix(")"), let level = Int(parts[1].dropLast()) else { return nil }
    switch parts[0] {
    case "zstd" where (-131_072...22).contains(level): self = .zstd(level: level)
    case "bloscZstd" where (0...9).contains(level): self = .bloscZstd(level: level)
    default: return nil
    }
    // One text for each compression: no leading zeros or signs.
    if self.text != text { return nil }
  }
}
