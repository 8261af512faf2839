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
public struct Normalisation: Codable, Equatable, Sendable {
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

  /// From the volume's histogram and the cells that are not outside, added up in `tissue` by coarse bins.
  ///
  /// The volume's histogram knows exact values, `tissue` which coarse bins are tissue: within a coarse bin, tissue is
  /// taken to be spread as the whole volume is.
  init(_ histogram: [UInt64], tissue: [UInt64], _ binning: Binning, floor: NoiseFloor, saturation: Double?) {
    var weights = histogram.map { Double($0) }
    if let bin = binning.notANumberBin { weights[bin] = 0 }
    for (coarse, members) in binning.members.enumerated() {
      let all = weights[members].reduce(0, +)
      if all == 0 { continue }
      let share = Double(tissue[coarse]) / all
      for bin in members { weights[bin] *= share }
    }
    let count = weights.reduce(0, +)
    let lower = Self.percentile(0.005, of: weights, count, binning)
    let upper = Self.percentile(0.9999, of: weights, count, binning)
    var sum = 0.0
    var squares = 0.0
    for (bin, weight) in weights.enumerated() where weight > 0 {
      // About the lower clip, so that a large offset costs no digits.
      let value = min(max(binning.middle(bin), lower), upper) - lower
      sum += weight * value
      squares += weight * value * value
    }
    let mean = sum / count
    lowerClip = lower
    upperClip = upper
    self.mean = lower + mean
    // Nothing in tissue is narrower than the noise; the bound matters for constant volumes only.
    deviation = max(max(0, squares / count - mean * mean).squareRoot(), floor.deviation)
    background = (min(max(floor.mean, lower), upper) - self.mean) / deviation
    self.saturation = saturation
  }

  private static func percentile(_ fraction: Double, of weights: [Double], _ count: Double, _ binning: Binning)
    -> Double
  {
    var below = 0.0
    var last = 0
    for (bin, weight) in weights.enumerated() where weight > 0 {
      last = bin
      below += weight
      if below > fraction * count { break }
    }
    return binning.middle(last)
  }
}
