import Files

/// Which class each value of a label volume means, as in `2=1,1=0,3=0,*=ignore`.
///
/// Classes are 0 (background) and 1 (foreground): one binary mask serves all structures. A voxel that maps to `ignore`
/// counts nowhere, neither in a loss nor in a metric.
public struct LabelMap: Sendable, Equatable {
  /// `VoxelClasses` of explicit values.
  package let classes: [Int64: UInt8]
  /// What every other value means; nil makes an unlisted value an error.
  package let otherwise: UInt8?
  /// The text it was parsed from.
  package let text: String

  /// 0 is background, everything else foreground.
  package static let standard = LabelMap(
    classes: [0: VoxelClasses.background], otherwise: VoxelClasses.foreground, text: "0=0,*=1")

  private init(classes: [Int64: UInt8], otherwise: UInt8?, text: String) {
    self.classes = classes
    self.otherwise = otherwise
    self.text = text
  }

  /// - Parameter text: comma-separated `VALUE=CLASS` where VALUE is an integer or `*` (all others) and CLASS is 0, 1 or
  ///   `ignore`; empty text is the standard map.
  /// - Throws: `Fault.usage`.
  package init(parsing text: String) throws {
    if text.allSatisfy({ $0 == " " }) {
      self = .standard
      return
    }
    var classes: [Int64: UInt8] = [:]
    var otherwise: UInt8?
    for entry in text.split(separator: ",", omittingEmptySubsequences: false) {
      let parts = entry.split(separator: "=", omittingEmptySubsequences: false).map(trimmed)
      guard parts.count == 2 else {
        throw Fault.usage("label map entry '\(entry)' is not VALUE=CLASS; write for example 2=1,1=0,*=ignore")
      }
      let mapped: UInt8
      switch parts[1] {
      case "0": mapped = VoxelClasses.background
      case "1": mapped = VoxelClasses.foreground
      case "ignore": mapped = VoxelClasses.ignored
      default:
        throw Fault.usage("label map entry '\(entry)' maps to '\(parts[1])'; a class is 0, 1 or ignore")
      }
      if parts[0] == "*" {
        guard otherwise == nil else { throw Fault.usage("label map '\(text)' gives * twice") }
        otherwise = mapped
      } else {
        guard let value = Int64(parts[0]) else {
          throw Fault.usage("label map entry '\(entry)' starts with '\(parts[0])'; an integer or * was expected")
        }
        guard classes.updateValue(mapped, forKey: value) == nil else {
          throw Fault.usage("label map '\(text)' gives the value \(value) twice")
        }
      }
    }
    self.init(classes: classes, otherwise: otherwise, text: text)
  }

  /// The class of one label value, or nil when the map does not know it.
  package func mappedClass(of value: Int64) -> UInt8? { classes[value] ?? otherwise }

  /// Whether any value maps to `ignore`.
  package var ignoresValues: Bool { otherwise == VoxelClasses.ignored || classes.values.contains(VoxelClasses.ignored) }

  /// The map as `evaluate` applies it.
  package var rule: VoxelClasses { VoxelClasses(.labels { mappedClass(of: $0) }) }
}

private func trimmed(_ text: Substring) -> String {
  var part = text
  while part.first == " " { part.removeFirst() }
  while part.last == " " { part.removeLast() }
  return String(part)
}
