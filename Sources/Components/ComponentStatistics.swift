import Voxels

/// The statistics of a component, in integers only, so that parts add up to the whole exactly and in any order.
package struct ComponentStatistics: Sendable, Equatable {
  package private(set) var voxels = 0
  /// Sums of the positions of its voxels in the volume.
  private(set) var positions = Coordinate.zero
  private(set) var least = Coordinate(.max, .max, .max)
  private(set) var greatest = Coordinate(.min, .min, .min)
  /// The linear index of its first voxel in the volume, C order; no two components share it, whatever the blocks.
  package private(set) var firstVoxel = Int.max
  /// By `IntensityScale`.
  package private(set) var intensity = 0

  package init() {}

  /// Adds the voxels `columns` of row (z, y) of a volume.
  mutating func add(z: Int, y: Int, columns: Range<Int>, intensity: Int, volume: Extent) {
    let count = columns.count
    voxels += count
    positions.z += z * count
    positions.y += y * count
    positions.x += (columns.lowerBound + columns.upperBound - 1) * count / 2
    extend(Coordinate(z, y, columns.lowerBound))
    extend(Coordinate(z, y, columns.upperBound - 1))
    firstVoxel = min(firstVoxel, volume.index(of: Coordinate(z, y, columns.lowerBound)))
    self.intensity += intensity
  }

  package mutating func add(_ other: ComponentStatistics) {
    if other.voxels == 0 { return }
    voxels += other.voxels
    positions = positions + other.positions
    extend(other.least)
    extend(other.greatest)
    firstVoxel = min(firstVoxel, other.firstVoxel)
    intensity += other.intensity
  }

  private mutating func extend(_ position: Coordinate) {
    for axis in 0..<3 {
      least[axis] = min(least[axis], position[axis])
      greatest[axis] = max(greatest[axis], position[axis])
    }
  }

  /// The mean position of its voxels, (z, y, x).
  package var centroid: [Double] { (0..<3).map { Double(positions[$0]) / Double(voxels) } }

  /// The smallest box that holds it.
  package var boundingBox: Region { Region(from: least, to: greatest + Extent(1)) }

  /// How many integers encode it.
  static let wordCount = 12

  /// `wordCount` of them.
  var words: [Int] {
    [voxels] + (0..<3).flatMap { [positions[$0], least[$0], greatest[$0]] } + [firstVoxel, intensity]
  }

  /// - Precondition: there are `wordCount` words.
  init(_ words: [Int]) {
    voxels = words[0]
    for axis in 0..<3 {
      positions[axis] = words[1 + 3 * axis]
      least[axis] = words[2 + 3 * axis]
      greatest[axis] = words[3 + 3 * axis]
    }
    firstVoxel = words[10]
    intensity = words[11]
  }

  /// Whether a component of `block` can have these statistics, so that adding them up cannot overflow.
  func isPossible(in block: Region, of volume: Extent) -> Bool {
    guard voxels >= 1, voxels <= block.count, intensity.magnitude <= voxels << 24 else { return false }
    for axis in 0..<3 {
      guard
        block.origin[axis] <= least[axis], least[axis] <= greatest[axis], greatest[axis] < block.end[axis],
        positions[axis] >= least[axis] * voxels, positions[axis] <= greatest[axis] * voxels
      else { return false }
    }
    guard firstVoxel >= 0, firstVoxel < volume.count else { return false }
    return block.contains(volume.position(of: firstVoxel))
  }
}
