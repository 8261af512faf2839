import Files
import IntensityStatistics
import Voxels

/// The distribution of a layer's values: for its default contrast, and the histogram that the page draws.
struct IntensityRange: Sendable {
  /// The smallest and the largest value.
  let range: ClosedRange<Double>
  /// What becomes black, and what white.
  let black: Double
  let white: Double
  /// Voxels in equal steps from the first to the last of `histogramRange`.
  let histogram: [UInt64]
  let histogramRange: ClosedRange<Double>

  private static let binCount = 256
  /// Statistics of very large volumes take seconds to read, and the page opens at once.
  private static let largestStatistics = 96 << 20
  /// Voxels that are looked at, at most: of a volume that is whole, and of one that is still being written, which is looked
  /// at again and again.
  private static let sampleCount = 1 << 22
  private static let sampleCountInProgress = 1 << 18
  /// Boxes of a level that is still being written whose files are looked for, at most.
  private static let probeCount = 4096

  /// Whether any voxel has been found.
  var isKnown: Bool { !histogram.isEmpty }

  /// From the statistics of the store, if it has any and they are quick to read; else from the coarsest level of which
  /// anything can be read.
  init(_ layer: ViewedLayer) {
    if let store = layer.store, layer.kind == .intensities, let grid = Self.statistics(store, layer) {
      self.init(
        grid.histogram.enumerated().lazy.filter { $0.element > 0 }.compactMap { bin, count in
          let value = grid.binning.middle(bin)
          return value.isFinite ? (value, count) : nil
        })
    } else {
      self.init(Self.sample(of: layer).lazy.map { ($0, 1) })
    }
  }

  private static func statistics(_ store: String, _ layer: ViewedLayer) -> StatisticsGrid? {
    let path = StoreStatistics.path(inStore: store)
    guard fileExists(path), let size = try? ReadableFile(path).size, size <= largestStatistics,
      let data = try? readWholeFile(path, limit: largestStatistics),
      let grid = try? StatisticsGrid.decode(data, name: path), grid.volume == layer.extent
    else { return nil }
    return grid
  }

  private static func sample(of layer: ViewedLayer) -> [Double] {
    // The coarser levels of a store are written last, and a damaged one must not leave the page without contrast.
    for level in layer.levels.reversed() {
      let values = sample(of: level, isInProgress: layer.isUnfinished)
      if !values.isEmpty { return values }
    }
    return []
  }

  private static func sample(of level: BrickSource, isInProgress: Bool) -> [Double] {
    let boxes = isInProgress ? level.pieces : level.bricks
    let voxelsOfBox = max(1, boxes.region(0).extent.count)
    // Several boxes, of each only some voxels, say more of a volume than one.
    let most = max(isInProgress ? 8 : 1, (isInProgress ? sampleCountInProgress : sampleCount) / voxelsOfBox)
    let step = isInProgress ? max(1, most * voxelsOfBox / sampleCountInProgress) : 1
    var regions = evenly(boxes.count, isInProgress ? probeCount : most).map { boxes.region($0) }
    if isInProgress {
      let written = regions.filter(level.isWritten)
      regions = evenly(written.count, most).map { written[$0] }
    }
    var values: [Double] = []
    for region in regions {
      guard let voxels = try? level.voxels(of: region) else { continue }
      withVoxelScalar(voxels.type) { append(voxels, $0, step: step, to: &values) }
    }
    return values
  }

  /// At most `most` of the numbers from 0 to below `count`, from all over, in a fixed order.
  private static func evenly(_ count: Int, _ most: Int) -> [Int] {
    let stride = max(1, (count + most - 1) / most)
    return Array(Swift.stride(from: min(stride / 2, max(0, count - 1)), to: count, by: stride))
  }

  private static func append<Scalar: VoxelScalar>(
    _ voxels: VoxelBuffer, _ scalar: Scalar.Type, step: Int, to values: inout [Double]
  ) {
    defer { withExtendedLifetime(voxels) {} }
    let all = voxels.voxels(as: scalar)
    for index in stride(from: 0, to: all.count, by: step) where all[index].asFloat.isFinite {
      values.append(Double(all[index].asFloat))
    }
  }

  /// - Parameter counts: values with how often they occur.
  private init(_ counts: some Sequence<(Double, UInt64)>) {
    let sorted = counts.sorted { $0.0 < $1.0 }
    guard let least = sorted.first?.0, let most = sorted.last?.0 else {
      (range, black, white, histogram, histogramRange) = (0...1, 0, 1, [], 0...1)
      return
    }
    let total = Double(sorted.reduce(0) { $0 + $1.1 })
    func percentile(_ share: Double) -> Double {
      var seen = 0.0
      for (value, count) in sorted {
        seen += Double(count)
        if seen >= total * share { return value }
      }
      return most
    }
    range = least...most
    let (low, high) = (percentile(0.005), percentile(0.998))
    black = low
    white = high > low ? high : max(most, low + 1)
    // A few saturated voxels must not squeeze the rest into one bin.
    let end = min(most, max(white + (white - black), percentile(0.9999)))
    let shown = least...max(end, least + 1e-9)
    histogramRange = shown
    var bins = [UInt64](repeating: 0, count: Self.binCount)
    for (value, count) in sorted {
      let place = (value - shown.lowerBound) / (shown.upperBound - shown.lowerBound) * Double(Self.binCount)
      bins[min(Self.binCount - 1, max(0, Int(place)))] += count
    }
    histogram = bins
  }
}
