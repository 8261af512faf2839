import Voxels

/// A region being drawn: the light of the structure and its labels.
///
/// Where things overlap the brightest light and the nearest label win, so the order of drawing does not matter.
struct Scene {
  let region: Region
  /// Counts added by the structure, voxel by voxel.
  private(set) var light: [Float]
  private(set) var labels: [UInt32]
  /// Distance from the centre of the labelled object, in its radii.
  private var distances: [Float]
  /// Factor of the tissue's autofluorescence: 1, or less inside unstained vessels.
  private(set) var transmission: [Float]

  init(_ region: Region) {
    self.region = region
    light = [Float](repeating: 0, count: region.count)
    labels = [UInt32](repeating: 0, count: region.count)
    distances = [Float](repeating: .infinity, count: region.count)
    transmission = [Float](repeating: 1, count: region.count)
  }

  /// Index of a voxel by its coordinates in the volume.
  @inline(__always)
  func index(_ z: Int, _ y: Int, _ x: Int) -> Int {
    ((z - region.origin.z) * region.extent.y + y - region.origin.y) * region.extent.x + x - region.origin.x
  }

  @inline(__always)
  mutating func brighten(_ index: Int, to counts: Float) {
    if counts > light[index] { light[index] = counts }
  }

  @inline(__always)
  mutating func darken(_ index: Int, to share: Float) {
    if share < transmission[index] { transmission[index] = share }
  }

  @inline(__always)
  mutating func mark(_ index: Int, _ label: UInt32, distance: Float) {
    if distance < distances[index] || (distance == distances[index] && label < labels[index]) {
      distances[index] = distance
      labels[index] = label
    }
  }
}
