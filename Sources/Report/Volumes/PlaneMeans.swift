import Foundation
import Threads
import Voxels
import Zarr

/// The mean of every plane of the finest level, and the share of its voxels that are saturated: of the whole planes where
/// the level is in memory, else of a few columns of chunks where the volume is brightest.
struct PlaneMeans: Sendable {
  /// By z of the finest level.
  var means: [Double]
  var saturatedShares: [Double]
  /// The share of each plane that was read.
  let coverage: Double

  /// 256 MiB of numbers in all.
  private static let mostVoxels = 64 << 20

  init(_ finest: ZarrArray, _ voxels: LevelVoxels, saturation: Double?, threads: Int) throws {
    let extent = finest.extent
    let limit = saturation.map { Float($0) } ?? .infinity
    if voxels.level == 0, voxels.planeStride == 1 {
      let plane = extent.y * extent.x
      (means, saturatedShares, coverage) = ([], [], 1)
      for z in 0..<extent.z {
        let (sum, count) = measure(UnsafeBufferPointer(rebasing: voxels.values[z * plane..<(z + 1) * plane]), limit)
        means.append(sum / Double(plane))
        saturatedShares.append(Double(count) / Double(plane))
      }
      return
    }
    let columns = Self.columns(of: finest, voxels)
    let layers = finest.chunks.counts.z
    let sums = Sums(count: extent.z)
    try parallelForEach(count: columns.count * layers, threads: threads) { index in
      let (column, layer) = (columns[index % columns.count], index / columns.count)
      let region = finest.chunks.region(at: Coordinate(layer, column.y, column.x))
      let buffer = try finest.read(region)
      let plane = region.extent.y * region.extent.x
      let numbers = UnsafeMutableBufferPointer<Float>.allocate(capacity: region.count)
      defer { numbers.deallocate() }
      copyNumbers(of: buffer, to: numbers)
      let found = (0..<region.extent.z).map {
        measure(UnsafeBufferPointer(rebasing: numbers[$0 * plane..<($0 + 1) * plane]), limit)
      }
      sums.add(found, from: region.origin.z, voxels: plane)
    }
    means = sums.sums.indices.map { sums.sums[$0] / Double(max(1, sums.voxels[$0])) }
    saturatedShares = sums.sums.indices.map { Double(sums.counts[$0]) / Double(max(1, sums.voxels[$0])) }
    coverage = Double(sums.voxels.max() ?? 0) / Double(extent.y * extent.x)
  }

  /// The columns of chunks to read: spread over the brighter half of the volume.
  static func columns(of finest: ZarrArray, _ voxels: LevelVoxels) -> [Coordinate] {
    let chunks = finest.chunks
    let (rows, columns) = (chunks.counts.y, chunks.counts.x)
    let cost = finest.extent.z * chunks.cell.y * chunks.cell.x
    let count = max(1, min(rows * columns, mostVoxels / max(1, cost)))
    let bright = voxels.projection(0)
    var order = (0..<rows * columns).map { index -> (index: Int, brightness: Float) in
      let y = (index / columns * chunks.cell.y + chunks.cell.y / 2) * bright.height / finest.extent.y
      let x = (index % columns * chunks.cell.x + chunks.cell.x / 2) * bright.width / finest.extent.x
      return (index, bright[min(y, bright.height - 1), min(x, bright.width - 1)])
    }
    order.sort { $0.brightness == $1.brightness ? $0.index < $1.index : $0.brightness > $1.brightness }
    let half = max(count, order.count / 2)
    return (0..<count).map { order[$0 * half / count].index }.map { Coordinate(0, $0 / columns, $0 % columns) }
  }

  /// Sums that several threads add to; whole numbers add up exactly in any order, others nearly.
  private final class Sums: @unchecked Sendable {
    private let lock = NSLock()
    var sums: [Double]
    var counts: [Int]
    var voxels: [Int]

    init(count: Int) {
      sums = Array(repeating: 0, count: count)
      counts = Array(repeating: 0, count: count)
      voxels = counts
    }

    func add(_ found: [(Double, Int)], from z: Int, voxels count: Int) {
      lock.withLock {
        for (index, (sum, saturated)) in found.enumerated() {
          // To a 256th, so that the order of threads changes no digit.
          sums[z + index] += (sum * 256).rounded() / 256
          counts[z + index] += saturated
          voxels[z + index] += count
        }
      }
    }
  }
}

private func measure(_ plane: UnsafeBufferPointer<Float>, _ limit: Float) -> (Double, Int) {
  var sum = 0.0
  var count = 0
  for value in plane {
    sum += Double(value)
    count += value >= limit ? 1 : 0
  }
  return (sum, count)
}

/// Planes that differ from their neighbours.
struct PlaneFaults {
  /// Planes next to each other with the same fault.
  struct Run {
    let planes: ClosedRange<Int>
    /// How much brighter than expected, as a share of the light above the background: −1 for a plane without any.
    let change: Double
  }

  /// A border between planes at which brightness changes for good.
  struct Jump {
    let after: Int
    /// Brightness behind over that in front.
    let ratio: Double
  }

  private(set) var runs: [Run] = []
  private(set) var jumps: [Jump] = []
  /// How much planes usually differ from what their neighbours let expect, as a share: one standard deviation.
  let flicker: Double

  /// 1. What a plane should have is the median of what its neighbours on both sides, one to four planes away, give on
  ///    average: a slope of the volume is followed, and up to three faulty planes in a row do not count.
  /// 2. A plane is faulty when it differs by more than 15 % of that, and by more than six usual differences; and when planes in
  ///    a row that do are all darker, or all brighter, than what lies on either side of them: where an organ begins,
  ///    brightness may bend as sharply, but it rises from one side to the other.
  /// 3. It jumps where two neighbouring planes, neither of which is faulty, differ by more than 30 %, by more than four times
  ///    what the planes on either side do, and not by a mere return from a fault.
  ///
  /// - Parameters:
  ///   - means: by plane.
  ///   - background: the brightness of no light.
  init(_ means: [Double], background: Double) {
    let light = means.map { $0 - background }
    let typical = median(light.map(abs))
    guard means.count >= 5, typical > 0 else {
      flicker = 0
      return
    }
    var changes = [Double](repeating: 0, count: light.count)
    for z in light.indices {
      let expected = Self.expected(light, z)
      changes[z] = (light[z] - expected) / max(abs(expected), 0.25 * typical)
    }
    flicker = 1.4826 * median(changes.map(abs))
    let limit = max(0.15, 6 * flicker)
    let faulty = light.indices.filter { z in
      let isEdge = z == 0 || z == light.count - 1
      // One side alone says less.
      return abs(changes[z]) > (isEdge ? max(0.5, 2 * limit) : limit)
    }
    var index = 0
    while index < faulty.count {
      var end = index
      while end + 1 < faulty.count, faulty[end + 1] == faulty[end] + 1,
        (changes[faulty[end + 1]] < 0) == (changes[faulty[index]] < 0)
      {
        end += 1
      }
      let run = faulty[index]...faulty[end]
      let change = run.map { changes[$0] }.max { abs($0) < abs($1) }!
      if Self.isExtreme(light, run, change, by: 0.6 * limit * max(0.25 * typical, 1e-12)) {
        runs.append(Run(planes: run, change: change))
      }
      index = end + 1
    }
    findJumps(light, typical)
  }

  /// Whether a run of planes is darker, or brighter, than the planes on either side, by at least `margin`.
  private static func isExtreme(_ light: [Double], _ run: ClosedRange<Int>, _ change: Double, by margin: Double) -> Bool
  {
    let beside = [run.lowerBound - 1, run.upperBound + 1].filter(light.indices.contains).map { light[$0] }
    let most = run.map { light[$0] }
    return change < 0 ? beside.min()! - most.min()! > margin : most.max()! - beside.max()! > margin
  }

  private mutating func findJumps(_ light: [Double], _ typical: Double) {
    let faulty = Set(runs.flatMap { Array($0.planes) })
    guard light.count >= 12 else { return }
    let steps = (0..<light.count - 1).map { light[$0 + 1] - light[$0] }
    for z in 4..<light.count - 5 where !faulty.contains(z) && !faulty.contains(z + 1) {
      let (before, after) = (light[z], light[z + 1])
      let around = (1...4).flatMap { [abs(steps[z - $0]), abs(steps[min(steps.count - 1, z + $0)])] }
      guard min(before, after) > 0.2 * typical, abs(steps[z]) > 0.3 * min(before, after),
        abs(steps[z]) > 4 * around.max()! || abs(steps[z]) > 8 * median(around),
        // What follows stays nearer to the new level than to the old.
        (2...3).allSatisfy({ abs(light[z + $0] - after) < abs(light[z + $0] - before) })
      else { continue }
      jumps.append(Jump(after: z, ratio: after / before))
    }
  }

  private static func expected(_ light: [Double], _ z: Int) -> Double {
    let pairs = (1...4).filter { z - $0 >= 0 && z + $0 < light.count }.map { (light[z - $0] + light[z + $0]) / 2 }
    if !pairs.isEmpty { return median(pairs) }
    // The first and the last plane: the slope of the next two, kept between what the next four have.
    let next = (1...4).compactMap { z == 0 ? light[$0] : z - $0 >= 0 ? light[z - $0] : nil }
    return min(max(2 * next[0] - next[1], next.min()!), next.max()!)
  }
}

/// - Precondition: there is a value.
func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
