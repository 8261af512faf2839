import IntensityStatistics
import Voxels

/// Which share of a volume's tissue is brighter than what surrounds it: voxels that stand out of the dark tenth of their
/// cell by more than the threshold of contrast, over all voxels of cells that are not outside. Nil without such cells.
///
/// An estimate from the statistics, good enough to tell plaques, a thousandth of the tissue, from nuclei, half of it.
func signalDensity(_ statistics: StoreStatistics, _ thresholds: SignalThresholds) -> Double? {
  let (grid, floor) = (statistics.grid, statistics.floor)
  let binning = grid.binning
  let outside = statistics.model.outsideBrightness(thresholds)
  var tissue = 0
  var bright = 0
  for cell in grid.statistics.values {
    let count = cell.numberCount(binning)
    guard count > 0 else { continue }
    let last = count / 2
    let values = cell.values(
      atRanks: SIMD8(count / 200, count / 10, last, last, last, last, last, last), binning, without: 0, inCoarseBin: 0)
    guard values[2] >= outside else { continue }
    tissue += count
    let (least, low) = (values[0], values[1])
    let limit = low + thresholds.contrast * max(floor.deviation, (low - least) / 1.294)
    // From the brightest bin down.
    cell.counts.withUnsafeBufferPointer { counts in
      for index in counts.indices.reversed() {
        if !(binning.coarseBounds[cell.firstCoarseBin + index].lowest > limit) { break }
        bright += Int(counts[index])
      }
    }
  }
  return tissue > 0 ? Double(bright) / Double(tissue) : nil
}

extension CorpusSource {
  /// A sentence when the measured density does not fit the declared category; nil when it does, or nothing is declared.
  var doubtAboutDensity: String? {
    guard let density, takenCount > 0 else { return nil }
    let percent = "\((density * 10_000).rounded() / 100) %"
    if category.hasSuffix("-sparse"), density > 0.2 {
      return
        "\(name) is declared \(category), but \(percent) of its tissue stands out of its surroundings, which is dense; "
        + "check the category, or that this is the channel of the structure"
    }
    if category.hasSuffix("-dense"), density < 0.002 {
      return
        "\(name) is declared \(category), but only \(percent) of its tissue stands out of its surroundings, which is "
        + "sparse; check the category, or that this is the channel of the structure"
    }
    return nil
  }
}
