/// The four rows of voxels that one row of half the resolution covers; a row beyond the end of the volume is an alias of
/// its neighbour.
struct SourceRows<Scalar: VoxelScalar> {
  let z0y0: UnsafePointer<Scalar>
  let z0y1: UnsafePointer<Scalar>
  let z1y0: UnsafePointer<Scalar>
  let z1y1: UnsafePointer<Scalar>
  /// Voxels in a source row.
  let width: Int
}

/// One way to make a row of half the resolution.
protocol RowHalving {
  associatedtype Scalar: VoxelScalar
  /// Writes ceil(width / 2) voxels.
  static func halve(_ rows: SourceRows<Scalar>, into output: UnsafeMutablePointer<Scalar>)
}

/// The mean of integers, half to even; `Sum` holds eight times the largest voxel.
enum MeanOfIntegers<Scalar: VoxelScalar & FixedWidthInteger, Sum: FixedWidthInteger & Sendable>: RowHalving {
  static func halve(_ rows: SourceRows<Scalar>, into output: UnsafeMutablePointer<Scalar>) {
    let pairs = rows.width / 2
    // Always four rows: an alias counts a row twice or four times, which scales sum and divisor alike and keeps the
    // quotient and its distance to the half exactly.
    let (a, b, c, d) = (rows.z0y0, rows.z0y1, rows.z1y0, rows.z1y1)
    for pair in 0..<pairs {
      let x = 2 * pair
      let left = Sum(truncatingIfNeeded: a[x]) &+ Sum(truncatingIfNeeded: b[x]) &+ Sum(truncatingIfNeeded: c[x])
      let right =
        Sum(truncatingIfNeeded: a[x &+ 1]) &+ Sum(truncatingIfNeeded: b[x &+ 1])
        &+ Sum(truncatingIfNeeded: c[x &+ 1])
      let last = Sum(truncatingIfNeeded: d[x]) &+ Sum(truncatingIfNeeded: d[x &+ 1])
      output[pair] = Scalar(truncatingIfNeeded: quotient(left &+ right &+ last, 3))
    }
    if rows.width % 2 == 1 {
      let x = rows.width - 1
      let sum =
        Sum(truncatingIfNeeded: a[x]) &+ Sum(truncatingIfNeeded: b[x]) &+ Sum(truncatingIfNeeded: c[x])
        &+ Sum(truncatingIfNeeded: d[x])
      output[pairs] = Scalar(truncatingIfNeeded: quotient(sum, 2))
    }
  }

  /// `sum` / 2^`shift`, half to even: adding just less than a half, and one more when the floor is odd, makes the
  /// floor of the result round that way.
  @inline(__always)
  private static func quotient(_ sum: Sum, _ shift: Sum) -> Sum {
    let justUnderHalf: Sum = (1 &<< (shift &- 1)) &- 1
    return (sum &+ justUnderHalf &+ ((sum &>> shift) & 1)) &>> shift
  }
}

/// The mean of floating-point voxels, summed in double precision in C order.
enum MeanOfFloats: RowHalving {
  static func halve(_ rows: SourceRows<Float>, into output: UnsafeMutablePointer<Float>) {
    let pairs = rows.width / 2
    let (a, b, c, d) = (rows.z0y0, rows.z0y1, rows.z1y0, rows.z1y1)
    for pair in 0..<pairs {
      let x = 2 * pair
      let nearPlane = Double(a[x]) + Double(a[x + 1]) + Double(b[x]) + Double(b[x + 1])
      let farPlane = Double(c[x]) + Double(c[x + 1]) + Double(d[x]) + Double(d[x + 1])
      output[pair] = Float((nearPlane + farPlane) * 0.125)
    }
    if rows.width % 2 == 1 {
      let x = rows.width - 1
      output[pairs] = Float((Double(a[x]) + Double(b[x]) + (Double(c[x]) + Double(d[x]))) * 0.25)
    }
  }
}

/// The most frequent label, the smallest of several.
enum ModeOfLabels<Scalar: VoxelScalar & FixedWidthInteger>: RowHalving {
  static func halve(_ rows: SourceRows<Scalar>, into output: UnsafeMutablePointer<Scalar>) {
    let (a, b, c, d) = (rows.z0y0, rows.z0y1, rows.z1y0, rows.z1y1)
    for target in 0..<(rows.width + 1) / 2 {
      let x0 = 2 * target
      // An alias counts its row the same number of times for every label, which leaves the order of counts alone.
      let x1 = min(x0 + 1, rows.width - 1)
      let first = a[x0]
      // Inside an object and in the background all eight agree, which is nearly everywhere.
      let differences =
        (a[x1] ^ first) | (b[x0] ^ first) | (b[x1] ^ first) | (c[x0] ^ first) | (c[x1] ^ first)
        | (d[x0] ^ first) | (d[x1] ^ first)
      output[target] =
        differences == 0
        ? first : mostFrequent((first, a[x1], b[x0], b[x1], c[x0], c[x1], d[x0], d[x1]))
    }
  }

  @inline(never)
  private static func mostFrequent(
    _ labels: (Scalar, Scalar, Scalar, Scalar, Scalar, Scalar, Scalar, Scalar)
  ) -> Scalar {
    withUnsafeBytes(of: labels) { bytes in
      let labels = bytes.assumingMemoryBound(to: Scalar.self)
      var best = labels[0]
      var bestCount = 0
      for candidate in labels {
        var count = 0
        for label in labels where label == candidate { count += 1 }
        if count > bestCount || (count == bestCount && candidate < best) {
          best = candidate
          bestCount = count
        }
      }
      return best
    }
  }
}
