import Foundation

/// What an axis of an array is, by the names that programs give it.
enum AxisRole: Equatable {
  case z, y, x, channel, time

  /// Nil for any other name.
  init?(name: String) {
    switch name.trimmingCharacters(in: .whitespaces).lowercased() {
    case "z", "depth", "slice", "slices", "plane", "planes": self = .z
    case "y", "height", "row", "rows": self = .y
    case "x", "width", "column", "columns", "col", "cols": self = .x
    case "c", "channel", "channels", "ch", "colour", "color", "rgb", "rgba": self = .channel
    case "t", "time", "frame", "frames", "timepoint": self = .time
    default: return nil
    }
  }
}
