import Files
import Voxels

extension ViewedLayer {
  /// Whether a label occurs in a box of the finest level.
  func contains(id: UInt64, from start: [Int], to end: [Int]) -> Bool {
    let level = levels[0]
    let region = Region(
      origin: Coordinate(start[0], start[1], start[2]),
      extent: Extent(end[0] - start[0], end[1] - start[1], end[2] - start[2]))
    var isFound = false
    level.bricks.positions(intersecting: region).forEachPosition { position in
      if isFound { return }
      switch level.read(position) {
      // What cannot be read is shown as damaged; that it lies there cannot be ruled out.
      case .incomplete: isFound = true
      case .voxels(let voxels):
        let brick = level.bricks.region(at: position)
        let part = brick.intersection(region)
        let cropped = voxels.cropped(to: Region(origin: part.origin - brick.origin, extent: part.extent))
        isFound = withVoxelScalar(cropped.type) { Self.contains(id, cropped, $0) }
      }
    }
    return isFound
  }

  private static func contains<Scalar: VoxelScalar>(_ id: UInt64, _ voxels: VoxelBuffer, _ scalar: Scalar.Type) -> Bool
  {
    defer { withExtendedLifetime(voxels) {} }
    guard let id = Scalar(exactly: id) else { return false }
    return voxels.voxels(as: scalar).contains(id)
  }
}
