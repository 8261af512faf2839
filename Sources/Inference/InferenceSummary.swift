/// The outcome of an inference.
public struct InferenceSummary: Sendable, Equatable {
  /// A function of volume, network and settings alone, like the output itself.
  package struct Result: Sendable, Equatable, Codable {
    package var voxels: Int
    /// Tiles of the volume.
    package var tiles: Int
    package var foregroundVoxels: Int
    package var objects: Int
    /// Nil without labels.
    package var labelName: String?
  }

  package var result: Result
  /// Evaluations and skips over all blocks; a tile that reaches into several blocks counts in each.
  package var tilesEvaluated = 0
  package var tilesSkipped = 0
}
