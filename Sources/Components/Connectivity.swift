import Voxels

/// Which voxels touch: those that share a face (6), also those that share an edge (18), also those that share a corner
/// (26).
public enum Connectivity: Int, Sendable, Codable, CaseIterable {
  case faces = 6
  case edges = 18
  case corners = 26

  /// Along how many axes the positions of two touching voxels may differ at once.
  package var differingAxes: Int {
    switch self {
    case .faces: 1
    case .edges: 2
    case .corners: 3
    }
  }

  /// Whether voxels whose positions differ by `offset` (−1, 0 or 1 along each axis) touch.
  package func touches(_ offset: Coordinate) -> Bool {
    (0..<3).count { offset[$0] != 0 } <= differingAxes
  }
}
