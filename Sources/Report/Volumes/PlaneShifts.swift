import Foundation
import Threads
import Voxels
import Zarr

/// How the planes of a volume lie over each other: what a stage that drifts or jumps between them does.
struct PlaneShifts {
  /// Of a plane against the one before, along (y, x), in voxels of the finest level.
  struct Step {
    var shift = SIMD2(0.0, 0.0)
    var spread = SIMD2(0.0, 0.0)
    var unexplained = 1.0

    init(_ found: PlaneShift?, unit: SIMD2<Double>) {
      guard let found else { return }
      shift = SIMD2(found.rows, found.columns) * unit
      spread = SIMD2(found.spread.rows, found.spread.columns) * unit
      unexplained = found.unexplained
    }
  }

  /// Of plane `index` + 1 of the level in memory, for what moves slowly.
  private let slow: [Step]
  /// Planes of the finest level that lie in one of them.
  private let planesOfSlow: Double
  /// Of plane `index` + 1 of the finest level.
  private let fast: [Step]
  var steps: [SIMD2<Double>] { fast.map(\.shift) }
  /// From the first plane on, along (y, x).
  var path: [SIMD2<Double>] { slow.reduce(into: [SIMD2(0, 0)]) { $0.append($0.last! + $1.shift) } }
  /// Along (y, x), in voxels.
  private let extent: SIMD2<Double>
  /// The smallest jump that counts, in voxels, and the most that it may leave unexplained.
  private let least: Double
  private let mostUnexplained: Double

  /// Edge of the pictures that planes are compared as, at most.
  private static let edge = 192
  /// Columns of chunks that are compared where the finest level does not fit into memory.
  private static let mostColumns = 9

  /// What moves slowly from the planes in memory. Jumps from them, too, where they are those of the finest level, else from
  /// columns of its brightest chunks: at a coarser level the planes would already be averages of shifted ones.
  init(_ finest: ZarrArray, _ voxels: LevelVoxels, threads: Int) throws {
    extent = SIMD2(Double(finest.extent.y), Double(finest.extent.x))
    let bin = max(1, (max(voxels.extent.y, voxels.extent.x) + Self.edge - 1) / Self.edge)
    let whole = try Self.ofWholePlanes(voxels, bin: bin, threads: threads)
    let unit = SIMD2(voxels.factor.y, voxels.factor.z) * Double(bin)
    slow = whole.map { Step($0, unit: unit) }
    planesOfSlow = voxels.factor.x
    if voxels.level == 0, voxels.planeStride == 1 {
      fast = slow
      (least, mostUnexplained) = (max(1.25, 0.5 * Double(bin)), 0.62)
    } else {
      let bin = max(1, min(2, min(finest.chunks.cell.y, finest.chunks.cell.x) / 24))
      let columns = try Self.ofColumns(finest, voxels, bin: bin, threads: threads)
      fast = columns.map { Step($0, unit: SIMD2(repeating: Double(bin))) }
      // A column shows less than a plane.
      (least, mostUnexplained) = (2.5, 0.5)
    }
  }

  private static func ofWholePlanes(_ voxels: LevelVoxels, bin: Int, threads: Int) throws -> [PlaneShift?] {
    let count = voxels.extent.z
    guard count > 1 else { return [] }
    let limit = brightest(voxels.values)
    let runs = min(count - 1, 4 * threads)
    let results = Results(count: count - 1)
    // Every run prepares its first plane again, and each other one once.
    try parallelForEach(count: runs, threads: threads) { run in
      let range = run * (count - 1) / runs..<(run + 1) * (count - 1) / runs
      func plane(_ z: Int) -> PlaneShift.Plane {
        let (width, height, values) = voxels.plane(0, z, bin: bin)
        return PlaneShift.Plane(width: width, height: height, values: values, limit: limit)
      }
      var last = plane(range.lowerBound)
      for z in range {
        let next = plane(z + 1)
        results.add(PlaneShift(from: last, to: next, tiles: 3), at: z)
        last = next
      }
    }
    return results.found.map { $0.first }
  }

  private static func ofColumns(
    _ finest: ZarrArray, _ voxels: LevelVoxels, bin: Int, threads: Int
  ) throws -> [PlaneShift?] {
    guard finest.extent.z > 1 else { return [] }
    let results = Results(count: finest.extent.z - 1)
    let columns = Array(PlaneMeans.columns(of: finest, voxels).prefix(mostColumns * 4))
    let taken = stride(from: 0, to: columns.count, by: max(1, columns.count / mostColumns)).map { columns[$0] }
    let limit = brightest(voxels.values)
    try parallelForEach(count: taken.count, threads: threads) { index in
      var last: PlaneShift.Plane?
      for layer in 0..<finest.chunks.counts.z {
        let region = finest.chunks.region(at: Coordinate(layer, taken[index].y, taken[index].x))
        let buffer = try finest.read(region)
        let numbers = UnsafeMutableBufferPointer<Float>.allocate(capacity: region.count)
        defer { numbers.deallocate() }
        copyNumbers(of: buffer, to: numbers)
        for z in 0..<region.extent.z {
          let next = plane(numbers, region.extent, z, bin, limit)
          if let last, last.width == next.width {
            results.add(PlaneShift(from: last, to: next, tiles: 1), at: region.origin.z + z - 1)
          }
          last = next
        }
      }
    }
    return results.found.map { shifts in
      guard shifts.count * 2 > taken.count else { return nil }
      let (rows, columns) = (median(shifts.map(\.rows)), median(shifts.map(\.columns)))
      return PlaneShift(
        rows: rows, columns: columns,
        spread: (median(shifts.map { abs($0.rows - rows) }), median(shifts.map { abs($0.columns - columns) })),
        unexplained: median(shifts.map(\.unexplained)))
    }
  }

  private static func plane(
    _ numbers: UnsafeMutableBufferPointer<Float>, _ extent: Extent, _ z: Int, _ bin: Int, _ limit: Float
  ) -> PlaneShift.Plane {
    let (height, width) = (extent.y / bin, extent.x / bin)
    var values = [Float](repeating: 0, count: height * width)
    for row in 0..<height * bin {
      let start = (z * extent.y + row) * extent.x
      for column in 0..<width * bin { values[row / bin * width + column / bin] += numbers[start + column] }
    }
    let scale = 1 / Float(bin * bin)
    return PlaneShift.Plane(width: width, height: height, values: values.map { $0 * scale }, limit: limit)
  }

  private static func brightest(_ values: UnsafeMutableBufferPointer<Float>) -> Float {
    let step = max(1, values.count / 100_000)
    let sample = stride(from: 0, to: values.count, by: step).map { values[$0] }.sorted()
    return sample.isEmpty ? 0 : sample[sample.count * 995 / 1000]
  }

  private final class Results: @unchecked Sendable {
    private let lock = NSLock()
    private(set) var found: [[PlaneShift]]
    init(count: Int) { found = Array(repeating: [], count: count) }
    func add(_ shift: PlaneShift?, at index: Int) {
      guard let shift else { return }
      lock.withLock { found[index].append(shift) }
    }
  }

  // MARK: What is wrong

  /// All planes move the same way.
  struct Drift {
    /// A plane and in all, in voxels along (y, x).
    let mean: SIMD2<Double>
    let total: SIMD2<Double>
  }

  /// Steps follow the shape of the organ slowly, or do not: a fifth of a voxel a plane and more, most of the planes and
  /// parts of planes the same way, and so far in all that no organ leans like that by chance.
  var drift: Drift? {
    guard slow.count >= 16 else { return nil }
    var (mean, total) = (SIMD2(0.0, 0.0), SIMD2(0.0, 0.0))
    for axis in 0..<2 {
      // Averages of nine, because a drift may also come in whole voxels every few planes.
      let along = slow.indices.map { index in
        let around = max(0, index - 4)...min(slow.count - 1, index + 4)
        return around.reduce(0.0) { $0 + slow[$1].shift[axis] } / Double(around.count)
      }
      let middle = median(along)
      let same = along.filter { $0 * middle > 0 }.count
      let sum = slow.reduce(0.0) { $0 + $1.shift[axis] }
      guard abs(middle) >= 0.2 * planesOfSlow, abs(middle) > median(slow.map { $0.spread[axis] }),
        Double(same) >= 0.75 * Double(along.count), abs(sum) >= max(8, 0.025 * extent[axis])
      else { continue }
      (mean[axis], total[axis]) = (middle / planesOfSlow, sum)
    }
    return mean == SIMD2(0, 0) ? nil : Drift(mean: mean, total: total)
  }

  /// Steps that neither the planes around nor the shape of an organ explain, and that explain how the planes differ: `index`
  /// says after which plane.
  var jumps: [(index: Int, step: SIMD2<Double>)] {
    fast.indices.compactMap { index in
      let around = (-4...4).map { index + $0 }.filter(fast.indices.contains).map { fast[$0].shift }
      let step = fast[index].shift - SIMD2(median(around.map(\.x)), median(around.map(\.y)))
      let isJump =
        fast[index].unexplained < mostUnexplained
        && (0..<2).contains { axis in
          abs(step[axis]) >= least && fast[index].spread[axis] < 0.5 * abs(step[axis])
        }
      return isJump ? (index, step) : nil
    }
  }

  /// `0.5 voxels along x and 1.2 along −y`.
  static func text(_ shift: SIMD2<Double>, from least: Double) -> String {
    (0..<2).filter { abs(shift[$0]) >= least }.map {
      "\(numberText(abs(shift[$0]), digits: 2)) voxels along \(shift[$0] < 0 ? "−" : "")\(axisName($0 + 1))"
    }.joined(separator: " and ")
  }
}
