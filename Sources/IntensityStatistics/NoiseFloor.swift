import Foundation
import Voxels

/// The level and width of a volume's dark background, in voxel values.
///
/// μ₀ is the mode of the lower lobe of the volume's histogram, σ₀ the half-width of that lobe's left side, which no
/// tissue contaminates. In a volume without dark surround it is the darkest broad lobe.
public struct NoiseFloor: Codable, Equatable, Sendable {
  /// μ₀.
  package let mean: Double
  /// σ₀, always positive.
  package let deviation: Double
  /// The width of the lobe's right side, at least σ₀: how far the noise of the surround extends upwards. The two are equal
  /// for Gaussian noise; a dark surround of few photons is skewed, and judged by its left side alone its own noise
  /// would stand out of it.
  package let upperDeviation: Double
  /// Share of the volume's voxels that are exact zeros, treated as padding (of stitched volumes) and excluded.
  package let paddingShare: Double

  package init(mean: Double, deviation: Double, upperDeviation: Double? = nil, paddingShare: Double = 0) {
    self.mean = mean
    self.deviation = deviation
    self.upperDeviation = upperDeviation ?? deviation
    self.paddingShare = paddingShare
  }

  /// A lobe must hold this share of the voxels, so that a few dark specks are not mistaken for the background.
  private static let leastLobeShare = 0.005

  /// Finds the floor of `histogram`.
  ///
  /// 1. Saturated voxels are put aside, and as many zeros as rise above their neighbours: padding and clipping
  ///    make spikes of them, not lobes.
  /// 2. Bins are joined in groups of 1, 2, 4, … until neighbouring groups agree (the second differences of the
  ///    histogram sum up to at most 0.35 of it), which closes the gaps of quantised or stretched intensities and
  ///    averages the counting noise of small volumes; then smoothed with ¼, ½, ¼.
  /// 3. Peaks are read from dark to bright; a peak ends where the density has fallen under 0.7 of it and the next
  ///    begins where it has risen from there by as much. The first peak whose lobe, valley to valley, holds at least
  ///    0.5 % of the voxels is the floor's; μ₀ is the mean of its part above 0.8 of its height.
  /// 4. σ₀ is the distance under μ₀ within which 68.3 % of the lobe's left half lies: one standard deviation of a
  ///    Gaussian, and at least half a group of bins.
  ///    The width of the right side is taken where the lobe crosses 0.8 of its height, near enough to the mode that the
  ///    tissue's lobe does not reach it, and bounded by 2.5 σ₀.
  /// 5. Where zeros were put aside and the lobe falls from zero on, its left half was clipped there (a background
  ///    subtracted by the microscope's software): zero is μ₀, and σ₀ the distance at which the density has fallen to
  ///    exp(−½) of its peak.
  ///
  /// For a constant volume: its value, and half a grey value as deviation. NaN voxels are excluded.
  package static func find(in histogram: [UInt64], _ binning: Binning) -> NoiseFloor {
    var counts = histogram
    if let bin = binning.notANumberBin { counts[bin] = 0 }
    let all = counts.reduce(0, &+)
    if let bin = binning.saturatedBin { counts[bin] = 0 }
    let zero = binning.zeroBin
    let zeros = counts[zero]
    let neighbours = [zero - 1, zero + 1].map { counts.indices.contains($0) ? counts[$0] : 0 }
    counts[zero] = min(zeros, neighbours.max()!)
    let putAside = zeros - counts[zero]
    let rest = counts.reduce(0, &+)
    // Everything is zero or saturated, but for specks: the commoner of the two is the floor.
    if rest == 0 || Double(rest) < leastLobeShare * Double(all) {
      let saturated = binning.saturatedBin.map { histogram[$0] } ?? 0
      let bin = saturated > zeros ? binning.saturatedBin! : zero
      return NoiseFloor(mean: binning.lowest(bin), deviation: binning.width(bin) / 2)
    }
    let density = LobeFinder(counts, binning)
    let lobe = density.lowestLobe(leastShare: leastLobeShare)
    if putAside > 0, let width = density.widthOfLobeClippedAtZero(lobe) {
      return NoiseFloor(mean: 0, deviation: width)
    }
    let (mean, deviation, upperDeviation) = density.measure(lobe)
    return NoiseFloor(
      mean: mean, deviation: deviation, upperDeviation: upperDeviation, paddingShare: Double(putAside) / Double(all))
  }
}
