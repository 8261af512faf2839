import Foundation
import Voxels
import Zarr

/// Labels that lie beside what they label: what is stained is brighter than what is around it, so that labels in their place
/// cover the brightest voxels.
struct LabelAlignment {
  /// `where z < 48`, `everywhere`.
  let place: String
  /// By how much the labels would have to move, (z, y, x) in voxels of the finest level.
  let shift: SIMD3<Int>
  /// How much brighter the image is there, as a share of its light above its surroundings.
  let gain: Double

  private static let reach = 16

  /// Compares, in each half of the volume, the mean of the image under up to 20,000 voxels of labels with that beside them, up
  /// to 16 voxels away along each axis. Anything less than a quarter brighter is not told.
  static func find(_ labels: ZarrArray, _ voxels: LevelVoxels, threads: Int) throws -> [LabelAlignment] {
    let extent = voxels.extent
    var places: [Coordinate] = []
    // An odd step does not follow rows.
    let step = extent.count >> 22 | 1
    let depth = max(1, min(labels.chunks.cell.z, (4 << 20) / max(1, extent.y * extent.x)))
    for start in stride(from: 0, to: extent.z, by: depth) {
      let region = Region(
        origin: Coordinate(start, 0, 0), extent: Extent(min(depth, extent.z - start), extent.y, extent.x))
      let ids = try LabelNumbers.of(try labels.read(region))
      for index in stride(from: 0, to: ids.count, by: step) where ids[index] != 0 {
        let at = region.extent.position(of: index)
        places.append(Coordinate(start + at.z, at.y, at.x))
      }
    }
    guard places.count >= 200 else { return [] }
    if let whole = check(places, voxels, "everywhere") { return [whole] }
    var found: [LabelAlignment] = []
    for axis in 0..<3 where extent[axis] >= 16 {
      let middle = extent[axis] / 2
      let finest = Int(Double(middle) * voxels.factor[axis])
      for (isLower, sign) in [(true, "<"), (false, "≥")] {
        let half = places.filter { ($0[axis] < middle) == isLower }
        if half.count >= 200, let one = check(half, voxels, "where \(axisName(axis)) \(sign) \(finest)") {
          found.append(one)
        }
      }
    }
    // The half that fits worst says most; the others contain parts of it.
    return found.max { $0.gain < $1.gain }.map { [$0] } ?? []
  }

  private static func check(_ places: [Coordinate], _ voxels: LevelVoxels, _ name: String) -> LabelAlignment? {
    let step = max(1, places.count / 20_000)
    let sample = stride(from: 0, to: places.count, by: step).map { places[$0] }
    let extent = voxels.extent
    func mean(_ axis: Int, _ distance: Int) -> Double {
      var (sum, count) = (0.0, 0)
      for place in sample {
        var moved = place
        moved[axis] += distance
        guard (0..<extent[axis]).contains(moved[axis]) else { continue }
        sum += Double(voxels[moved.z, moved.y, moved.x])
        count += 1
      }
      return count * 2 > sample.count ? sum / Double(count) : -.infinity
    }
    let still = mean(0, 0)
    var best: (axis: Int, distance: Int, mean: Double) = (0, 0, still)
    var around = still
    for axis in 0..<3 {
      for distance in -reach...reach where distance != 0 {
        let found = mean(axis, distance)
        if found > best.mean { best = (axis, distance, found) }
        if found.isFinite { around = min(around, found) }
      }
    }
    let light = max(still - around, 1e-9)
    let gain = (best.mean - still) / light
    guard abs(best.distance) >= 2, gain > 0.25, best.mean - around > 0.05 * abs(around) else { return nil }
    var shift = SIMD3<Int>(repeating: 0)
    shift[best.axis] = Int((Double(best.distance) * voxels.factor[best.axis]).rounded())
    return LabelAlignment(place: name, shift: shift, gain: gain)
  }

  var shiftText: String {
    (0..<3).filter { shift[$0] != 0 }.map {
      "\(abs(shift[$0])) voxels along \(shift[$0] < 0 ? "−" : "")\(axisName($0))"
    }
    .joined(separator: " and ")
  }
}
