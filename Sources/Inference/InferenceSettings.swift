import Files
import Jobs
import Voxels

/// What `sheaf infer` is told about its output; all of it decides bytes.
package struct InferenceSettings: Sendable {
  /// Edges of a tile; nil for the crop the network was trained on.
  package var tile: Extent?
  /// The share of a tile's edge that it has in common with the next.
  package var overlap = 0.5
  /// The least probability of foreground.
  package var threshold: Float = 0.5
  package var withLabels = true
  /// Nil for the structure's name, or "objects".
  package var labelName: String?
  package var connectivity = Connectivity.corners
  /// Objects of fewer voxels are dropped.
  package var leastVoxels = 1
  /// Whether tiles without signal are evaluated too.
  package var keepsBackgroundTiles = false

  package init() {}

  /// - Throws: `Fault.usage` for a setting that cannot be.
  package func validate() throws {
    guard overlap >= 0, overlap <= 0.9 else {
      throw Fault.usage("the overlap of tiles must be between 0 and 0.9, found \(overlap)")
    }
    guard threshold > 0, threshold <= 1 else {
      throw Fault.usage("the threshold must be a probability above 0 and at most 1, found \(threshold)")
    }
    guard leastVoxels >= 1 else { throw Fault.usage("objects have at least 1 voxel, found \(leastVoxels)") }
    if let tile, tile.isEmpty || tile.checkedCount.map({ $0 > 1 << 30 }) ?? true {
      throw Fault.usage("a tile must have between 1 and 2³⁰ voxels, found \(tile)")
    }
    if let labelName, !InferenceSettings.isUsable(labelName) {
      throw Fault.usage(
        "'\(labelName)' is no name for labels: use letters, digits, '-', '_' and '.', beginning with a letter or digit")
    }
  }

  private static func isUsable(_ name: String) -> Bool {
    let isPlain = name.unicodeScalars.allSatisfy {
      $0.isASCII && ($0.properties.isAlphabetic || "0123456789-_.".unicodeScalars.contains($0))
    }
    return !name.isEmpty && isPlain && !"-_.".contains(name.first!)
  }

  /// The name of the labels of a store that shows `structure`.
  func labelName(structure: String?) -> String {
    if let labelName { return labelName }
    let plain = (structure ?? "").lowercased().map { character in
      character.isASCII && (character.isLetter || character.isNumber) ? character : "-"
    }
    let name = String(plain.drop { $0 == "-" })
    return InferenceSettings.isUsable(name) ? name : "objects"
  }
}
