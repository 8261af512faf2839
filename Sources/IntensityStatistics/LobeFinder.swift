import Foundation

/// A histogram on a linear axis, grouped and smoothed until its lobes can be told apart: steps 2 to 5 of
/// `NoiseFloor.find`.
struct LobeFinder {
  /// Counts on the linear axis: entry i holds the values about `origin` + i · `step`.
  private let counts: [Double]
  private let origin: Double
  private let step: Double
  /// Entries a group joins.
  private let group: Int
  private let grouped: [Double]
  private let smoothed: [Double]

  /// A peak ends where the density is under this share of it.
  private static let valleyShare = 0.7
  /// The mode is the mean over the part of the peak above this share of its height.
  private static let modeShare = 0.8

  /// Groups from valley to valley.
  struct Lobe: Equatable {
    let peak: Int
    let groups: ClosedRange<Int>
  }

  /// - Precondition: some count is not zero.
  init(_ histogram: [UInt64], _ binning: Binning) {
    (counts, origin, step) = Self.linear(histogram, binning)
    var best = (group: 1, roughness: Double.infinity)
    var size = 1
    while size <= max(1, counts.count / 8) {
      let roughness = Self.roughness(Self.joined(counts, size))
      if roughness < best.roughness { best = (size, roughness) }
      if roughness <= 0.35 { break }
      size *= 2
    }
    group = best.group
    // An empty group at either end, so that smoothing loses nothing.
    let joined = [0] + Self.joined(counts, group) + [0]
    grouped = joined
    smoothed = joined.indices.map { index in
      let before = index == 0 ? 0 : joined[index - 1]
      let after = index == joined.count - 1 ? 0 : joined[index + 1]
      return (before + 2 * joined[index] + after) / 4
    }
  }

  /// The occupied part of the histogram with one entry a grey value, or, where bins have different widths, spread over
  /// about 16,384 entries from the smallest value to the 99th percentile (a floor lies under that).
  private static func linear(
    _ histogram: [UInt64], _ binning: Binning
  ) -> (counts: [Double], origin: Double, step: Double) {
    let first = histogram.firstIndex { $0 != 0 }!
    let last = histogram.lastIndex { $0 != 0 }!
    if binning.isExact { return (histogram[first...last].map { Double($0) }, binning.lowest(first), 1) }
    // One voxel in ten thousand may be an outlier far below all others.
    let all = histogram.reduce(0) { $0 + Double($1) }
    var below = 0.0
    var lowBin = first
    var highBin = last
    for bin in first...last {
      if below <= all / 10_000 { lowBin = bin }
      below += Double(histogram[bin])
      if below >= 0.99 * all {
        highBin = bin
        break
      }
    }
    let high = binning.lowest(highBin) + binning.width(highBin)
    // A power of two, so that whole numbers kept as floating point fall evenly into groups of entries.
    let finest = exp2(log2((high - binning.lowest(lowBin)) / 16_384).rounded(.up))
    let step = binning.type == .float32 ? finest : max(1, finest)
    let low = (binning.lowest(lowBin) / step).rounded(.down) * step
    let entries = Int(((high - low) / step).rounded(.up))
    var counts = [Double](repeating: 0, count: entries)
    for bin in lowBin...highBin where histogram[bin] != 0 {
      let from = (binning.lowest(bin) - low) / step
      let width = binning.width(bin) / step
      let start = min(entries - 1, Int(from))
      let end = min(entries - 1, max(start, Int(from + width - 1e-9)))
      // Whole entries a bin touches share its voxels by how much of it each covers.
      for entry in start...end {
        let covered = min(Double(entry + 1), from + width) - max(Double(entry), from)
        counts[entry] += Double(histogram[bin]) * (start == end ? 1 : max(0, covered) / width)
      }
    }
    return (counts, binning.type == .float32 ? low + step / 2 : low + (step - 1) / 2, step)
  }

  private static func joined(_ counts: [Double], _ size: Int) -> [Double] {
    stride(from: 0, to: counts.count, by: size).map { start in
      counts[start..<min(counts.count, start + size)].reduce(0, +)
    }
  }

  /// Sum of absolute second differences over the sum: 4 for single spikes, 0.97 / σ² for a Gaussian of σ groups.
  private static func roughness(_ counts: [Double]) -> Double {
    var sum = 0.0
    for index in -1...counts.count {
      let before = index > 0 ? counts[index - 1] : 0
      let here = counts.indices.contains(index) ? counts[index] : 0
      let after = index < counts.count - 1 ? counts[index + 1] : 0
      sum += abs(before - 2 * here + after)
    }
    return sum / counts.reduce(0, +)
  }

  /// The darkest lobe with at least `leastShare` of all voxels, or the largest lobe when none has.
  func lowestLobe(leastShare: Double) -> Lobe {
    let all = grouped.reduce(0, +)
    let lobes = self.lobes()
    let shares = lobes.map { grouped[$0.groups].reduce(0, +) / all }
    if let first = shares.firstIndex(where: { $0 >= leastShare }) { return lobes[first] }
    return lobes[shares.indices.max { shares[$0] < shares[$1] }!]
  }

  /// All lobes from dark to bright; neighbours share the group of their valley.
  private func lobes() -> [Lobe] {
    var lobes: [Lobe] = []
    var peak = 0
    var valley = 0
    var start = 0
    var isRising = true
    for index in smoothed.indices {
      if isRising {
        if smoothed[index] > smoothed[peak] { peak = index }
        if smoothed[index] < Self.valleyShare * smoothed[peak] {
          isRising = false
          valley = index
        }
      } else {
        if smoothed[index] < smoothed[valley] { valley = index }
        if Self.valleyShare * smoothed[index] > smoothed[valley] {
          lobes.append(Lobe(peak: peak, groups: start...valley))
          (start, peak, isRising) = (valley, index, true)
        }
      }
    }
    lobes.append(Lobe(peak: peak, groups: start...(smoothed.count - 1)))
    return lobes
  }

  /// Where a group begins, as an index into `counts` (group 0 is the empty one).
  private func start(_ index: Int) -> Int { (index - 1) * group }

  /// μ₀, σ₀ and the width of the right side of a lobe.
  func measure(_ lobe: Lobe) -> (mean: Double, deviation: Double, upperDeviation: Double) {
    let height = smoothed[lobe.peak] * Self.modeShare
    var top = lobe.peak...lobe.peak
    while top.lowerBound > lobe.groups.lowerBound, smoothed[top.lowerBound - 1] >= height {
      top = (top.lowerBound - 1)...top.upperBound
    }
    while top.upperBound < lobe.groups.upperBound, smoothed[top.upperBound + 1] >= height {
      top = top.lowerBound...(top.upperBound + 1)
    }
    // The mean over single entries is the mode; over groups, as if their voxels lay in the middle, the point from which
    // the left half is measured, so that the grouping's own shift cancels.
    var weight = 0.0
    var mean = 0.0
    var groupMean = 0.0
    for index in top {
      weight += grouped[index]
      groupMean += grouped[index] * (Double(index) + 0.5)
      for entry in max(0, start(index))..<max(0, min(counts.count, start(index) + group)) {
        mean += counts[entry] * (origin + Double(entry) * step)
      }
    }
    mean /= weight
    groupMean /= weight
    let left = massBelow(groupMean, in: lobe)
    var below = 0.0
    var point = groupMean
    for index in lobe.groups where Double(index) < groupMean {
      let part = min(1, groupMean - Double(index))
      let mass = grouped[index] * part
      if below + mass >= 0.3173 * left, mass > 0 {
        point = Double(index) + part * (0.3173 * left - below) / mass
        break
      }
      below += mass
    }
    let deviation = max(0.5, groupMean - point)
    // Where the right side crosses `modeShare` of the height: 0.668 σ away for a Gaussian.
    let next = top.upperBound + 1 < smoothed.count ? smoothed[top.upperBound + 1] : 0
    let last = smoothed[top.upperBound]
    let crossing = Double(top.upperBound) + 0.5 + (last > height ? min(1, (last - height) / (last - next)) : 0)
    let upper = (crossing - groupMean) / (-2 * log(Self.modeShare)).squareRoot()
    let width = Double(group) * step
    return (mean, deviation * width, min(max(upper, deviation), 2.5 * deviation) * width)
  }

  private func massBelow(_ point: Double, in lobe: Lobe) -> Double {
    lobe.groups.reduce(0) { sum, index in
      sum + grouped[index] * min(1, max(0, point - Double(index)))
    }
  }

  /// σ of a lobe whose left half is missing because values were clipped at zero; nil when the lobe rises from zero.
  func widthOfLobeClippedAtZero(_ lobe: Lobe) -> Double? {
    let width = Double(group) * step
    let firstOccupied = grouped.firstIndex { $0 > 0 }!
    let zeroPosition = Double(start(firstOccupied)) * step + origin
    // Nothing below zero, and the density highest where it begins, next to zero.
    guard zeroPosition >= -step, zeroPosition <= 2 * width,
      max(grouped[firstOccupied], grouped[firstOccupied + 1]) >= Self.modeShare * grouped[lobe.groups].max()!
    else { return nil }
    let half = 0.6065 * smoothed[lobe.peak]
    var index = lobe.peak
    while index < smoothed.count - 1, smoothed[index + 1] >= half { index += 1 }
    let next = index + 1 < smoothed.count ? smoothed[index + 1] : 0
    let fraction = smoothed[index] > next ? (smoothed[index] - half) / (smoothed[index] - next) : 0
    let position = origin + (Double(start(index)) + (Double(group) - 1) / 2) * step + fraction * width
    return max(width / 2, position)
  }
}
