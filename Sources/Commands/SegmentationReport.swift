import Foundation

/// The results of a command that finds objects: `infer`, or `label`, which evaluates no tiles.
package struct SegmentationReport: Encodable {
  private let output: String
  private let voxels: Int
  private let foregroundVoxels: Int
  private let objects: Int
  /// Nil where only probabilities were written.
  private let labels: String?
  private let tiles: Int?
  private let tilesEvaluated: Int?
  private let tilesSkipped: Int?

  package init(
    output: String, voxels: Int, foregroundVoxels: Int, objects: Int, labels: String?, tiles: Int? = nil,
    tilesEvaluated: Int? = nil, tilesSkipped: Int? = nil
  ) {
    self.output = output
    self.voxels = voxels
    self.foregroundVoxels = foregroundVoxels
    self.objects = objects
    self.labels = labels
    self.tiles = tiles
    self.tilesEvaluated = tilesEvaluated
    self.tilesSkipped = tilesSkipped
  }

  package var text: String {
    let share = String(format: "%.2f", Double(foregroundVoxels) / Double(voxels) * 100)
    return "\(output): \(objects) objects, \(share) % of the volume"
  }
}
