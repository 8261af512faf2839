import Foundation

/// Stripes in planes: rows, or columns, that are brighter than those beside them.
struct Stripes {
  /// How much neighbouring rows differ, as a share of the light above the background, beyond what noise and structure explain.
  let rows: Double
  let columns: Double

  /// Means of rows and of columns, over the third to two thirds of the planes with most light, each against the mean of the
  /// four beside it.
  init?(_ voxels: LevelVoxels, background: Double) {
    let extent = voxels.extent
    guard extent.y >= 48, extent.x >= 48 else { return nil }
    let indices = (0..<9).map { extent.z * (2 * $0 + 1) / 18 }
    var (rowShares, columnShares): ([Double], [Double]) = ([], [])
    for z in Set(indices).sorted() {
      let plane = voxels.plane(0, z, bin: 1)
      var rowMeans = [Double](repeating: 0, count: plane.height)
      var columnMeans = [Double](repeating: 0, count: plane.width)
      for row in 0..<plane.height {
        for column in 0..<plane.width {
          let value = Double(plane.values[row * plane.width + column]) - background
          rowMeans[row] += value / Double(plane.width)
          columnMeans[column] += value / Double(plane.height)
        }
      }
      guard let a = Self.roughness(rowMeans), let b = Self.roughness(columnMeans) else { continue }
      rowShares.append(a)
      columnShares.append(b)
    }
    guard rowShares.count >= 2 else { return nil }
    rows = median(rowShares)
    columns = median(columnShares)
  }

  /// How far a row usually is from those beside it, relative to the light there; nil where there is hardly any.
  private static func roughness(_ means: [Double]) -> Double? {
    let light = median(means.map(abs))
    guard light > 0 else { return nil }
    let differences = (2..<means.count - 2).compactMap { index -> Double? in
      let beside = (means[index - 2] + means[index - 1] + means[index + 1] + means[index + 2]) / 4
      return beside > 0.5 * light ? abs(means[index] - beside) / beside : nil
    }
    return differences.count >= 16 ? median(differences) : nil
  }
}
