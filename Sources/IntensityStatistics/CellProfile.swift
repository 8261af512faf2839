import CVectors
import Foundation

/// What the voxels of one cell show of its background, its noise and its brightest structure; padding is left out.
///
/// Percentiles come from the cell's coarse histogram, whose bins are up to 3 % wide: where that is more than the noise, the
/// cell's exact sums bound them, because a median is never further than one standard deviation from the mean.
struct CellProfile: Equatable, Sendable {
  /// The median.
  let level: Double
  /// One standard deviation of the lower half: level − p16. No bright structure widens it until it fills half of the cell.
  let lowerWidth: Double
  /// p10, which stays in the background until structures fill nine tenths of the cell.
  let low: Double
  /// One standard deviation of what lies around p10: (p10 − p0.5) / 1.294. Of all widths the one that structures change least.
  let lowWidth: Double
  /// √(half the mean squared difference of neighbours along x): the deviation of white noise; less for what is smooth.
  let gradientWidth: Double
  /// The standard deviation of all voxels.
  let deviation: Double
  /// p84: of a cell that the surface of the sample cuts, what most of its tissue stays under.
  let high: Double
  /// The brightness that all but a few voxels stay under: see `ignoredVoxels`.
  let top: Double
  /// How far Gaussian noise alone would put `top` above the median, in standard deviations.
  let expectedTop: Double
  /// The difference between neighbouring values at `level`.
  let resolution: Double
  /// The share of the cell that is padding.
  let fillShare: Double

  /// The level of the background, also where structures fill most of the cell.
  var background: Double { min(level, low + 1.2816 * lowWidth) }

  /// How many of the brightest voxels of a cell are left aside: at least seven, and where that is less than a two-thousandth
  /// of the cell, as many as one hot pixel of the camera leaves in it, but no more than that share. The smallest cell
  /// nucleus at usual resolution has twenty.
  static func ignoredVoxels(of count: Int, depth: Int) -> Int { max(7, min(count / 2_000, depth + 1)) }

  /// Nil for a cell that is padding, all but a quarter, or has no number in it.
  ///
  /// - Parameters:
  ///   - depth: planes of the cell.
  ///   - percentiles: set where they are found by the way.
  init?(
    _ cell: CellStatistics, _ binning: Binning, fill: FillValue?, depth: Int, _ expected: inout ExpectedTop,
    _ percentiles: inout CellPercentiles?
  ) {
    let numbers = cell.numberCount(binning)
    let filled = fill?.count(in: cell) ?? 0
    let count = numbers - filled
    guard count > 0, count >= numbers / 4 else { return nil }
    fillShare = Double(filled) / Double(numbers)
    let ignored = min(count / 2, Self.ignoredVoxels(of: count, depth: depth))
    expectedTop = expected.value(ignored: ignored, of: count)
    func rank(_ fraction: Double) -> Int { min(count - 1, Int(fraction * Double(count))) }
    // Ascending; p84 is needed only where bins are not values.
    let values = cell.values(
      atRanks: SIMD8(
        rank(0.005), rank(0.1), rank(0.16), rank(0.5), max(rank(0.5), min(rank(0.84), count - 1 - ignored)),
        count - 1 - ignored, count - 1, count - 1),
      binning, without: filled, inCoarseBin: fill?.coarseBin ?? 0)
    if filled == 0 {
      percentiles = CellPercentiles(least: values[0], low: values[1], median: values[3], hasNumbers: true)
    }
    let bin = binning.bin(of: values[3])
    resolution = binning.width(bin)
    let gradient = (Double(cell.gradientEnergy) / Double(max(1, cell.gradientCount)) / 2).squareRoot()
    var median = values[3]
    if binning.isExact {
      let all = Double(cell.voxelCount)
      let mean = Double(cell.sum) / all
      deviation = max(0, Double(cell.sumOfSquares) / all - mean * mean).squareRoot()
      gradientWidth = gradient
      if filled == 0 {
        let centre = mean + binning.lowest(0)
        median = min(max(median, centre - deviation), centre + deviation)
      }
    } else {
      // Bins are steps of brightness that grow with it.
      deviation = max(0, values[4] - values[2]) / 2
      gradientWidth = min(deviation, gradient * resolution)
    }
    level = median
    lowerWidth = min(max(0, median - values[2]), deviation)
    low = min(max(values[1], median - 3 * deviation), median)
    lowWidth = min(max(0, values[1] - values[0]) / 1.294, deviation)
    high = max(values[4], median)
    top = max(values[5], median)
  }
}

/// p0.5, p10 and the median of a cell, padding included.
struct CellPercentiles: Equatable, Sendable {
  let least: Double
  let low: Double
  let median: Double
  /// False for a cell without a number, whose percentiles mean nothing.
  let hasNumbers: Bool

  init(least: Double, low: Double, median: Double, hasNumbers: Bool) {
    (self.least, self.low, self.median, self.hasNumbers) = (least, low, median, hasNumbers)
  }

  init(_ cell: CellStatistics, _ binning: Binning) {
    let count = cell.numberCount(binning)
    guard count > 0 else {
      self.init(least: 0, low: 0, median: 0, hasNumbers: false)
      return
    }
    let last = count / 2
    let values = cell.values(
      atRanks: SIMD8(count / 200, count / 10, last, last, last, last, last, last), binning, without: 0, inCoarseBin: 0)
    self.init(least: values[0], low: values[1], median: values[2], hasNumbers: true)
  }
}

/// `CellProfile.expectedTop`, which is the same for most cells.
struct ExpectedTop {
  private var ignored = -1
  private var count = -1
  private var last = 0.0

  mutating func value(ignored: Int, of count: Int) -> Double {
    if ignored == self.ignored, count == self.count { return last }
    (self.ignored, self.count) = (ignored, count)
    last = max(1, upperQuantile(Double(max(1, ignored)) / Double(count)))
    return last
  }
}

extension CellStatistics {
  /// As `value(atRank:)` for several ranks in one pass.
  ///
  /// - Parameters:
  ///   - ranks: ascending, among the voxels that are left.
  ///   - removed: voxels that are taken out of `coarseBin` first.
  package func values(
    atRanks ranks: SIMD8<Int>, _ binning: Binning, without removed: Int, inCoarseBin coarseBin: Int
  ) -> SIMD8<Double> {
    counts.withUnsafeBufferPointer { counts in
      if removed == 0, voxelCount < 1 << 31, WideVectors.areThere { return valuesInVectors(counts, ranks, binning) }
      return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: counts.count) { sums in
        // How many voxels lie in each bin and those before. A search in them costs a few steps, none of which the processor
        // has to guess, as it has to guess where a rank is met when bins are added one by one.
        let reduced = removed == 0 ? -1 : coarseBin &- firstCoarseBin
        var sum: UInt32 = 0
        for index in counts.indices {
          var count = counts[index]
          if index == reduced { count = count > removed ? count &- UInt32(removed) : 0 }
          sum &+= count
          sums[index] = sum
        }
        precondition(ranks[7] < sum, "rank \(ranks[7]) of \(sum) voxels")
        var result = SIMD8<Double>.zero
        for place in 0..<8 {
          let rank = UInt32(truncatingIfNeeded: ranks[place])
          // The first bin whose sum is above the rank.
          var index = 0
          var length = counts.count
          while length > 1 {
            let half = length >> 1
            index = sums[index &+ half &- 1] <= rank ? index &+ half : index
            length &-= half
          }
          let below = index == 0 ? 0 : sums[index &- 1]
          result[place] = binning.value(
            inCoarseBin: firstCoarseBin &+ index, at: Int(rank &- below), of: Int(sums[index] &- below))
        }
        return result
      }
    }
  }
}

extension CellStatistics {
  /// The sum of the counts, each times the factor of its coarse bin, modulo 2⁶⁴.
  ///
  /// - Parameter factors: one for every coarse bin.
  package func weightedSum(_ factors: UnsafeBufferPointer<UInt64>) -> UInt64 {
    precondition(firstCoarseBin + counts.count <= factors.count, "a coarse bin without a factor")
    let own = factors.baseAddress! + firstCoarseBin
    return counts.withUnsafeBufferPointer { counts in
      if WideVectors.areThere { return sheaf_weighted_sum_wide(counts.baseAddress, own, counts.count) }
      var sum: UInt64 = 0
      for index in counts.indices { sum &+= UInt64(counts[index]) &* own[index] }
      return sum
    }
  }

  private func valuesInVectors(
    _ counts: UnsafeBufferPointer<UInt32>, _ ranks: SIMD8<Int>, _ binning: Binning
  ) -> SIMD8<Double> {
    let wanted = SIMD8<Int32>(truncatingIfNeeded: ranks)
    var (bins, below) = (SIMD8<Int32>.zero, SIMD8<Int32>.zero)
    let sum = withUnsafeBytes(of: wanted) { wanted in
      withUnsafeMutableBytes(of: &bins) { bins in
        withUnsafeMutableBytes(of: &below) { below in
          sheaf_bins_at_ranks_wide(
            counts.baseAddress, counts.count, wanted.assumingMemoryBound(to: Int32.self).baseAddress,
            bins.assumingMemoryBound(to: Int32.self).baseAddress, below.assumingMemoryBound(to: Int32.self).baseAddress)
        }
      }
    }
    precondition(wanted[7] < sum, "rank \(ranks[7]) of \(sum) voxels")
    var result = SIMD8<Double>.zero
    for place in 0..<8 {
      let bin = Int(bins[place])
      result[place] = binning.value(
        inCoarseBin: firstCoarseBin &+ bin, at: Int(wanted[place] &- below[place]), of: Int(counts[bin]))
    }
    return result
  }
}

/// The point above which `share` of a Gaussian lies, in standard deviations (Abramowitz and Stegun, "Handbook of
/// Mathematical Functions", 26.2.23; off by less than 0.0005).
func upperQuantile(_ share: Double) -> Double {
  if share >= 0.5 { return 0 }
  let t = (-2 * log(max(share, .leastNormalMagnitude))).squareRoot()
  return t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
}
