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
  /// Voxels of the coarsest level that are looked at, at most.
  private static let sampleCount = 1 << 22

  /// From the statistics of the store, if it has any and they are quick to read; else from its coarsest level.
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
    let level = layer.levels[layer.levels.count - 1]
    let count = level.bricks.count
    // Bricks from all over the volume, in a fixed order.
    let most = max(1, sampleCount / max(1, level.bricks.region(0).extent.count))
    let stride = max(1, (count + most - 1) / most)
    var values: [Double] = []
    for number in Swift.stride(from: stride / 2, to: count, by: stride) {
      guard case .voxels(let voxels) = level.read(level.bricks.position(of: number)) else { continue }
      withVoxelScalar(voxels.type) { append(voxels, $0, to: &values) }
    }
    return values
  }

  private static func append<Scalar: VoxelScalar>(
    _ voxels: VoxelBuffer, _ scalar: Scalar.Type, to values: inout [Double]
  ) {
    defer { withExtendedLifetime(voxels) {} }
    for value in voxels.voxels(as: scalar) where value.asFloat.isFinite { values.append(Double(value.asFloat)) }
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
