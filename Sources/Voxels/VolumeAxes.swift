/// Where a volume lies in an array of any number of axes: which axes are its z, y and x, and at which index of every
/// other axis.
package struct VolumeAxes: Equatable, Sendable {
  /// The array's axes that are z, y and x of the volume; an array of a single plane has no z.
  package let z: Int?
  package let y: Int
  package let x: Int
  /// One number for every axis of the array: the index at which the volume lies, 0 for the volume's own axes.
  package let fixed: [Int]

  /// - Precondition: the axes differ and are among those of `fixed`.
  package init(z: Int?, y: Int, x: Int, fixed: [Int]) {
    precondition(Set([z ?? -1, y, x]).count == 3 && fixed.indices.contains(y) && fixed.indices.contains(x))
    self.z = z
    self.y = y
    self.x = x
    var fixed = fixed
    for axis in [z, y, x].compactMap(\.self) { fixed[axis] = 0 }
    self.fixed = fixed
  }

  /// The last three axes are z, y and x, at fixed indices along those before.
  package init(leadingIndices: [Int]) {
    let first = leadingIndices.count
    self.init(z: first, y: first + 1, x: first + 2, fixed: leadingIndices + [0, 0, 0])
  }

  /// The last axes of an array of at least two, at the beginning of all others.
  package static func last(of count: Int) -> VolumeAxes {
    VolumeAxes(
      z: count > 2 ? count - 3 : nil, y: count - 2, x: count - 1, fixed: [Int](repeating: 0, count: count))
  }

  /// Whether the array is the volume: three axes, z, y, x.
  package var isWholeArray: Bool { fixed.count == 3 && z == 0 && y == 1 && x == 2 }

  /// Whether the array's last three axes are z, y, x.
  package var isLast: Bool { z == fixed.count - 3 && y == fixed.count - 2 && x == fixed.count - 1 }

  /// The array's axes that are not the volume's.
  package var others: [Int] { fixed.indices.filter { $0 != z && $0 != y && $0 != x } }

  /// The edges along z, y and x of a box with the array's axes; 1 along an axis that the array lacks.
  package func extent(of shape: [Int]) -> Extent { Extent(z.map { shape[$0] } ?? 1, shape[y], shape[x]) }

  /// The position in the array of a voxel of the volume.
  package func position(of voxel: Coordinate) -> [Int] { placing(voxel, among: fixed) }

  /// `numbers`, one for each axis of the array, with those of the volume's axes replaced.
  package func placing(_ coordinate: Coordinate, among numbers: [Int]) -> [Int] {
    var numbers = numbers
    if let z { numbers[z] = coordinate.z }
    numbers[y] = coordinate.y
    numbers[x] = coordinate.x
    return numbers
  }
}
