import Foundation

/// A part of a volume that lies beside the rest: from one plane on, along some axis, everything is shifted.
struct Displacement {
  /// Across which axis the border lies, and before which plane, in voxels of the finest level.
  let axis: Int
  let plane: Int
  /// By how much what follows is shifted, (z, y, x) in voxels of the finest level.
  let shift: SIMD3<Int>
  /// Between neighbouring planes across the axis, and where among them the border is.
  let differences: [Double]
  let index: Int

  /// Largest shift that is looked for, in voxels of the level.
  private static let reach = 16

  /// 1. Neighbouring planes of each axis are compared by the mean absolute difference of their voxels, averaged over 2 × 2
  ///    to keep noise down. Where it is far above that of the planes around, something breaks.
  /// 2. A break is a displacement when the two planes agree clearly better at another position than at their own, as well as
  ///    planes beside the break agree.
  static func find(in voxels: LevelVoxels) -> [Displacement] {
    (0..<3).flatMap { axis in find(in: voxels, axis: axis) }
  }

  private static func find(in voxels: LevelVoxels, axis: Int) -> [Displacement] {
    let extent = voxels.extent
    let (rowAxis, columnAxis) = (axis == 0 ? 1 : 0, axis == 2 ? 1 : 2)
    guard extent[axis] >= 8, min(extent[rowAxis], extent[columnAxis]) >= 8 else { return [] }
    let bin =
      max(extent[rowAxis], extent[columnAxis]) > 512 ? 4 : min(extent[rowAxis], extent[columnAxis]) >= 32 ? 2 : 1
    var previous = voxels.plane(axis, 0, bin: bin).values
    let differences = (1..<extent[axis]).map { index -> Double in
      let next = voxels.plane(axis, index, bin: bin).values
      var sum = 0.0
      for place in next.indices { sum += Double(abs(next[place] - previous[place])) }
      previous = next
      return sum / Double(next.count)
    }
    let around = differences.indices.map { index in
      median((-8...8).filter { $0 != 0 && differences.indices.contains(index + $0) }.map { differences[index + $0] })
    }
    let usual = 1.4826 * median(differences.indices.map { abs(differences[$0] - around[$0]) })
    let breaks = differences.indices.filter { index in
      let excess = differences[index] - around[index]
      // Above all that is near, and well above.
      return excess > 8 * usual && excess > 0.25 * around[index]
        && (-2...2).allSatisfy {
          $0 == 0 || !differences.indices.contains(index + $0) || differences[index + $0] <= 0.9 * differences[index]
        }
    }
    return breaks.prefix(12).compactMap { index in
      guard let (rows, columns) = shift(voxels, axis, index, usual: around[index]) else { return nil }
      var shift = SIMD3<Int>(repeating: 0)
      shift[rowAxis] = Int((Double(rows) * voxels.factor[rowAxis]).rounded())
      shift[columnAxis] = Int((Double(columns) * voxels.factor[columnAxis]).rounded())
      return Displacement(
        axis: axis, plane: Int((Double(index + 1) * voxels.factor[axis]).rounded()), shift: shift,
        differences: differences, index: index)
    }
  }

  /// By how much plane `index` + 1 is shifted against plane `index`; nil when it is not.
  private static func shift(_ voxels: LevelVoxels, _ axis: Int, _ index: Int, usual: Double) -> (Int, Int)? {
    // The darkest planes show nothing.
    let (a, b) = (voxels.plane(axis, index, bin: 1), voxels.plane(axis, index + 1, bin: 1))
    let reach = min(Self.reach, a.height / 3, a.width / 3)
    let step = max(1, a.width * a.height / 60_000)
    func score(_ rows: Int, _ columns: Int) -> Double {
      var (sum, count) = (0.0, 0)
      for row in stride(from: reach, to: a.height - reach, by: step > 4 ? 2 : 1) {
        for column in stride(from: reach, to: a.width - reach, by: step) {
          sum += Double(abs(b.values[(row + rows) * b.width + column + columns] - a.values[row * a.width + column]))
          count += 1
        }
      }
      return sum / Double(max(1, count))
    }
    let still = score(0, 0)
    var best = (rows: 0, columns: 0, score: still)
    for rows in -reach...reach {
      for columns in -reach...reach where rows != 0 || columns != 0 {
        let found = score(rows, columns)
        if found < best.score { best = (rows, columns, found) }
      }
    }
    // At the end of the search there is a slope, not a place.
    guard best.score < 0.85 * still, max(abs(best.rows), abs(best.columns)) < reach else { return nil }
    return (best.rows, best.columns)
  }

  /// `(0, 0, 12)` without the zeros: `12 voxels along x`.
  var shiftText: String {
    (0..<3).filter { shift[$0] != 0 }.map {
      "\(abs(shift[$0])) voxels along \(shift[$0] < 0 ? "−" : "")\(axisName($0))"
    }
    .joined(separator: " and ")
  }
}

func axisName(_ axis: Int) -> String { ["z", "y", "x"][axis] }
