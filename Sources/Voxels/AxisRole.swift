/// What an axis of an array is, by the names that programs and people give it: the one list for all formats.
package enum AxisRole: CaseIterable, Sendable {
  case z, y, x, channel, time

  private static let names: [AxisRole: Set<String>] = [
    .z: ["z", "depth", "slice", "slices", "plane", "planes", "pln", "section", "sections"],
    .y: ["y", "row", "rows", "height"],
    .x: ["x", "col", "cols", "column", "columns", "width"],
    .channel: [
      "c", "ch", "channel", "channels", "band", "bands", "wavelength", "s", "sample", "samples", "rgb", "rgba",
      "color", "colour", "component", "components",
    ],
    .time: ["t", "time", "times", "timepoint", "timepoints", "frame", "frames"],
  ]

  /// Nil for a name that does not tell.
  ///
  /// - Parameters:
  ///   - name: in any case, also as `dim_z` or `axis-z`.
  ///   - type: of OME-NGFF: `space`, `time`, `channel` or others.
  package init?(name: String?, type: String? = nil) {
    switch type?.lowercased() {
    case "channel", "channels": self = .channel
    case "time": self = .time
    default:
      guard var word = name?.lowercased().filter({ !$0.isWhitespace }) else { return nil }
      for prefix in ["dim_", "axis_", "dim-", "axis-"] where word.hasPrefix(prefix) {
        word = String(word.dropFirst(prefix.count))
      }
      guard let role = AxisRole.names.first(where: { $0.value.contains(word) })?.key else { return nil }
      self = role
    }
  }

  /// Whether a library made the name up: `dim_0`, `axis1`, `phony_dim_2`.
  package static func isGeneric(_ name: String) -> Bool {
    let word = name.lowercased()
    let stem = word.prefix { $0.isLetter || $0 == "_" || $0 == "-" }
    return word.dropFirst(stem.count).allSatisfy(\.isNumber)
      && ["dim_", "dim", "axis", "axis_", "phony_dim_", "axis-", "dim-", "d", ""].contains(stem)
  }

  /// `z`, `y`, `x`, `channel` or `time`.
  package var text: String { "\(self)" }
}
