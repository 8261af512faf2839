import Files
import Foundation
import Voxels

/// How the voxels of one volume and channel become network input: clipped to [p0.5, p99.99], then (v − mean) / SD.
///
/// The four constants come from the cells that are not outside (see `SignalClass`), surround left out, because how much
/// empty surround a microscope records says nothing about the tissue: two crops of one organ would otherwise be
/// normalised differently, and annotated patches, which are cut from tissue, differently from their volume. A volume in
/// which every cell is outside is taken whole. Constants belong to a volume, never to a patch: a patch of pure noise
/// must stay pale.
///
/// The upper end is p99.99 because plaques and labelled cells are often less than 1 % of the voxels and p99 would cut
/// them off.
package struct Normalisation: Codable, Equatable, Sendable {
  package let lowerClip: Double
  package let upperClip: Double
  /// Mean of the clipped voxels.
  package let mean: Double
  /// Standard deviation of the clipped voxels, always positive.
  package let deviation: Double
  /// What dark background (μ₀) becomes: the value of padding.
  package let background: Double
  /// Voxels of this value or above met the end of the camera's range; nil when none did.
  package let saturation: Double?

  package init(
    lowerClip: Double, upperClip: Double, mean: Double, deviation: Double, background: Double, saturation: Double?
  ) {
    self.lowerClip = lowerClip
    self.upperClip = upperClip
    self.mean = mean
    self.deviation = deviation
    self.background = background
    self.saturation = saturation
  }

  /// From the voxels counted in `cell`, usually the sum of many cells.
  init(_ cell: CellStatistics, _ binning: Binning, floor: NoiseFloor, saturation: Double?) {
    let lower = cell.percentile(0.005, binning)
    let upper = max(lower, cell.percentile(0.9999, binning))
    var count = 0.0
    var sum = 0.0
    var squares = 0.0
    for (index, voxels) in cell.counts.enumerated() where voxels > 0 {
      let members = binning.members[cell.firstCoarseBin + index]
      if members.lowerBound == binning.notANumberBin { continue }
      let middle = (binning.lowest(members.lowerBound) + binning.highest(members.upperBound)) / 2
      // About the lower clip, so that a large offset costs no digits.
      let value = min(max(middle, lower), upper) - lower
      count += Double(voxels)
      sum += Double(voxels) * value
      squares += Double(voxels) * value * value
    }
    let mean = sum / count
    let variance = max(0, squares / count - mean * mean)
    lowerClip = lower
    upperClip = upper
    self.mean = lower + mean
    // A constant volume: any positive divisor leaves it zero.
    deviation = variance > 0 ? variance.squareRoot() : 1
    background = (min(max(floor.mean, lower), upper) - self.mean) / deviation
    self.saturation = saturation
  }
}
