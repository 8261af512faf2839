/// A value that stands for "nothing was recorded here": stitching and registration fill the corners of a volume with it.
struct FillValue {
  let bin: Int
  let coarseBin: Int
  /// The share of fill among the voxels of its coarse bin.
  private let shareOfCoarseBin: Double

  /// A tenth of a per cent of the voxels, or they change nothing.
  private static let leastShare = 0.001
  /// How far a fill rises above each of the values that follow it: noise is as broad as several of them.
  private static let rise: UInt64 = 4
  private static let neighbours = 16

  /// The lowest value that occurs, when it rises like a spike above those that follow; nil when it does not.
  static func find(in histogram: [UInt64], _ binning: Binning) -> FillValue? {
    guard let bin = histogram.indices.first(where: { histogram[$0] > 0 && $0 != binning.notANumberBin }) else {
      return nil
    }
    let all = histogram.reduce(0, &+)
    let following = histogram[(bin + 1)..<min(histogram.count, bin + 1 + neighbours)].max() ?? 0
    guard histogram[bin] > rise * following, Double(histogram[bin]) > leastShare * Double(all) else { return nil }
    let coarse = Int(binning.coarseBins[bin])
    let inCoarse = histogram[binning.members[coarse]].reduce(0, &+)
    return FillValue(bin: bin, coarseBin: coarse, shareOfCoarseBin: Double(histogram[bin]) / Double(inCoarse))
  }

  /// Voxels of `cell` that hold it.
  func count(in cell: CellStatistics) -> Int {
    Int((Double(cell.count(inCoarseBin: coarseBin)) * shareOfCoarseBin).rounded())
  }
}
