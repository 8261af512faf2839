import Foundation

/// By how much a plane is shifted against the one before it.
struct PlaneShift {
  /// Along rows (downwards) and columns, in pixels of the planes; the median of what the tiles of the plane say.
  var rows: Double
  var columns: Double
  /// By how much the tiles differ (median): an organ that widens moves its sides apart, a stage moves all alike.
  var spread: (rows: Double, columns: Double)
  /// The share of the difference between the two planes that remains when the shift is taken back (squares; median of the
  /// tiles): near 1 where planes differ by noise or by what they show.
  var unexplained: Double

  /// An image of one plane, row after row.
  struct Plane {
    let width: Int
    let height: Int
    let values: [Float]

    /// Half the edge of what counts as around a pixel.
    private static let reach = 8

    /// Averaged with their neighbours (1, 2, 1 along both axes), so that noise and borders of voxels do not count; no
    /// brighter than `limit`, so that a few bright voxels do not count for all; and less the mean around, because light that
    /// grows or spreads from plane to plane looks like a shift.
    init(width: Int, height: Int, values: [Float], limit: Float) {
      (self.width, self.height) = (width, height)
      let capped = values.map { min(limit, $0) }
      func lines(_ input: [Float], _ count: Int, _ lineStep: Int, _ length: Int, _ step: Int, _ isWide: Bool) -> [Float]
      {
        var result = input
        var sums = [Double](repeating: 0, count: length + 1)
        for line in 0..<count {
          let start = line * lineStep
          if isWide {
            for index in 0..<length { sums[index + 1] = sums[index] + Double(input[start + index * step]) }
          }
          for index in 0..<length {
            let (before, after) = (max(0, index - 1), min(length - 1, index + 1))
            let (first, end) = (max(0, index - Self.reach), min(length, index + Self.reach + 1))
            let here = start + index * step
            result[here] =
              isWide
              ? Float((sums[end] - sums[first]) / Double(end - first))
              : (input[start + before * step] + 2 * input[here] + input[start + after * step]) / 4
          }
        }
        return result
      }
      func both(_ isWide: Bool) -> [Float] {
        lines(lines(capped, height, width, width, 1, isWide), width, 1, height, width, isWide)
      }
      self.values = zip(both(false), both(true)).map { $0 - $1 }
    }
  }

  /// Largest shift that is looked for, in pixels.
  private static let reach = 5

  /// 1. Whole pixels by the least mean absolute difference, where it is clearly less than without a shift.
  /// 2. Parts of a pixel for each of `tiles` × `tiles` parts of the plane, by least squares of brightness against its slope
  ///    (Lucas and Kanade, 1981). Noise flattens the result towards 0, so that what is found is there.
  ///
  /// Returns nil where neither plane shows anything.
  init?(from a: Plane, to b: Plane, tiles: Int) {
    let reach = min(Self.reach, a.height / 4, a.width / 4)
    let whole = Self.wholePixels(a, b, reach)
    let (height, width) = (a.height - 2 * reach, a.width - 2 * reach)
    guard height >= 3 * tiles, width >= 3 * tiles else { return nil }
    var found: [(rows: Double, columns: Double, unexplained: Double)] = []
    for row in 0..<tiles {
      for column in 0..<tiles {
        let rows = (reach + max(1, row * height / tiles))..<(reach + min(height - 1, (row + 1) * height / tiles))
        let columns = (reach + max(1, column * width / tiles))..<(reach + min(width - 1, (column + 1) * width / tiles))
        guard let part = Self.part(a, b, whole, rows, columns) else { continue }
        found.append((Double(whole.rows) + part.rows, Double(whole.columns) + part.columns, part.unexplained))
      }
    }
    guard found.count * 2 > tiles * tiles else { return nil }
    let (rows, columns) = (median(found.map(\.rows)), median(found.map(\.columns)))
    (self.rows, self.columns) = (rows, columns)
    spread = (median(found.map { abs($0.rows - rows) }), median(found.map { abs($0.columns - columns) }))
    unexplained = median(found.map(\.unexplained))
  }

  init(rows: Double, columns: Double, spread: (rows: Double, columns: Double), unexplained: Double) {
    (self.rows, self.columns, self.spread, self.unexplained) = (rows, columns, spread, unexplained)
  }

  private static func wholePixels(_ a: Plane, _ b: Plane, _ reach: Int) -> (rows: Int, columns: Int) {
    let step = max(1, a.width * a.height / 12_000)
    func difference(_ rows: Int, _ columns: Int) -> Float {
      var (sum, count) = (Float(0), Float(0))
      a.values.withUnsafeBufferPointer { first in
        b.values.withUnsafeBufferPointer { second in
          for row in stride(from: reach, to: a.height - reach, by: step > 2 ? 2 : 1) {
            let (from, to) = (row * a.width, (row + rows) * a.width + columns)
            for column in stride(from: reach, to: a.width - reach, by: step > 1 ? 2 : 1) {
              sum += abs(second[to + column] - first[from + column])
              count += 1
            }
          }
        }
      }
      return sum / max(1, count)
    }
    let still = difference(0, 0)
    var best = (rows: 0, columns: 0, difference: still)
    for rows in -reach...reach {
      for columns in -reach...reach {
        let found = difference(rows, columns)
        if found < best.difference { best = (rows, columns, found) }
      }
    }
    return best.difference < 0.93 * still ? (best.rows, best.columns) : (0, 0)
  }

  /// What remains of the shift in a part of the plane.
  private static func part(
    _ a: Plane, _ b: Plane, _ whole: (rows: Int, columns: Int), _ rows: Range<Int>, _ columns: Range<Int>
  ) -> (rows: Double, columns: Double, unexplained: Double)? {
    var (yy, yx, xx, yt, xt, tt, still) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    let (width, offset) = (a.width, whole.rows * a.width + whole.columns)
    for row in rows {
      for column in columns {
        let (i, j) = (row * width + column, row * width + column + offset)
        guard j - width >= 0, j + width < b.values.count else { continue }
        func both(_ step: Int) -> Float { a.values[i + step] + b.values[j + step] }
        let y = Double(both(width) - both(-width)) / 4
        let x = Double(both(1) - both(-1)) / 4
        let t = Double(b.values[j] - a.values[i])
        yy += y * y
        yx += y * x
        xx += x * x
        yt += y * t
        xt += x * t
        tt += t * t
        let unmoved = Double(b.values[i] - a.values[i])
        still += unmoved * unmoved
      }
    }
    let (determinant, trace) = (yy * xx - yx * yx, yy + xx)
    guard trace > 0, determinant > 1e-6 * trace * trace else { return nil }
    let (down, right) = (-(xx * yt - yx * xt) / determinant, -(yy * xt - yx * yt) / determinant)
    // Beyond a pixel or two a slope says nothing.
    guard max(abs(down), abs(right)) <= 2 else { return nil }
    return (down, right, still > 0 ? (tt + down * yt + right * xt) / still : 1)
  }
}
