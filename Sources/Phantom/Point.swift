import Voxels

/// A point or vector in voxels, (z, y, x). Voxel (z, y, x) has its centre at exactly that point.
typealias Point = SIMD3<Double>

extension SIMD3<Double> {
  init(_ coordinate: Coordinate) { self.init(Double(coordinate.z), Double(coordinate.y), Double(coordinate.x)) }

  var length: Double { (self * self).sum().squareRoot() }

  func dot(_ other: Point) -> Double { (self * other).sum() }

  /// The voxel whose centre is nearest.
  var nearestVoxel: Coordinate { Coordinate(Int(self[0].rounded()), Int(self[1].rounded()), Int(self[2].rounded())) }
}

extension Region {
  /// The voxels whose centres lie within `reach` of `point` along every axis.
  init(around point: Point, reach: Double) {
    func from(_ axis: Int) -> Int { Int((point[axis] - reach).rounded(.up)) }
    func to(_ axis: Int) -> Int { Int((point[axis] + reach).rounded(.down)) + 1 }
    self.init(from: Coordinate(from(0), from(1), from(2)), to: Coordinate(to(0), to(1), to(2)))
  }

  /// The cells of an unbounded lattice of cubes of `edge` voxels that come within `reach` of this region.
  func cells(edge: Int, reach: Int) -> Region {
    func floorDivided(_ value: Int) -> Int { Int((Double(value) / Double(edge)).rounded(.down)) }
    return Region(
      from: Coordinate(
        floorDivided(origin.z - reach), floorDivided(origin.y - reach), floorDivided(origin.x - reach)),
      to: Coordinate(
        floorDivided(end.z - 1 + reach) + 1, floorDivided(end.y - 1 + reach) + 1, floorDivided(end.x - 1 + reach) + 1))
  }
}

/// 0 below `from`, 1 above `to`, smooth between.
@inline(__always)
func smoothStep(_ value: Double, from: Double, to: Double) -> Double {
  let share = min(max((value - from) / (to - from), 0), 1)
  return share * share * (3 - 2 * share)
}
