import Voxels

/// The 26 neighbours of a voxel as bits, and what removing the voxel does to the topology of an object.
///
/// Bit n stands for the n-th position of the 3 × 3 × 3 box in C order, the centre left out. An object is the union of
/// the closed unit cubes of its voxels, which makes it 26-connected and its background 6-connected.
struct Neighbourhood {
  /// Where neighbour n lies as seen from the centre.
  static let offsets: [Coordinate] = {
    var offsets: [Coordinate] = []
    Region(origin: Coordinate(-1, -1, -1), extent: Extent(3)).forEachPosition {
      if $0 != .zero { offsets.append($0) }
    }
    return offsets
  }()

  /// For each neighbour those neighbours it touches.
  private let adjacent: [UInt32]
  /// For each of the 8 corners, 12 edges and 6 faces of the centre's cube the neighbours that share it.
  private let corners: [UInt32]
  private let edges: [UInt32]
  private let faces: [UInt32]

  init() {
    let offsets = Neighbourhood.offsets
    func mask(_ isIncluded: (Coordinate) -> Bool) -> UInt32 {
      offsets.indices.reduce(0) { isIncluded(offsets[$1]) ? $0 | 1 << $1 : $0 }
    }
    adjacent = offsets.map { centre in
      mask { other in other != centre && (0..<3).allSatisfy { abs(other[$0] - centre[$0]) <= 1 } }
    }
    // A corner, edge or face lies towards `direction`: 3, 2 or 1 of its axes are not 0. The cubes that share it are
    // those that stay at 0 or go the same way along these axes, and stay at 0 along the others.
    func cells(_ axes: Int) -> [UInt32] {
      offsets.filter { direction in (0..<3).count { direction[$0] != 0 } == axes }.map { direction in
        mask { other in (0..<3).allSatisfy { other[$0] == 0 || other[$0] == direction[$0] } }
      }
    }
    corners = cells(3)
    edges = cells(2)
    faces = cells(1)
  }

  /// Whether removing the centre leaves the Euler characteristic as it is.
  ///
  /// With the centre go the corners, edges and faces that belong to no other voxel, and one cube:
  /// corners − edges + faces − cubes must not change.
  func keepsEulerCharacteristic(_ neighbours: UInt32) -> Bool {
    func own(_ cells: [UInt32]) -> Int {
      cells.withUnsafeBufferPointer { cells in
        var count = 0
        for cell in cells where neighbours & cell == 0 { count += 1 }
        return count
      }
    }
    return own(corners) - own(edges) + own(faces) - 1 == 0
  }

  /// Whether the neighbours hang together without the centre; none at all count as one piece.
  func isOnePiece(_ neighbours: UInt32) -> Bool {
    if neighbours == 0 { return true }
    return adjacent.withUnsafeBufferPointer { adjacent in
      var reached = neighbours & (~neighbours &+ 1)
      var open = reached
      while open != 0 {
        let next = open.trailingZeroBitCount
        open &= open - 1
        let new = adjacent[next] & neighbours & ~reached
        reached |= new
        open |= new
      }
      return reached == neighbours
    }
  }
}
