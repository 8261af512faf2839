/// What a region of a volume holds, judged against the volume's noise floor.
public enum SignalClass: String, Codable, Sendable, CaseIterable {
  /// Nothing exceeds the noise of the dark surround.
  case outside
  /// Tissue without contrast to its surroundings.
  case lowSignal = "low-signal"
  /// Tissue with signal.
  case signal
}

/// The thresholds between the classes. They are applied to existing statistics: changing them reads no voxel.
public struct SignalThresholds: Codable, Equatable, Sendable {
  /// A region is outside when its brightness lies under μ₀ + this many σ₀, σ₀ taken from the upper side of
  /// the noise (`NoiseFloor.upperDeviation`).
  package var outsideSigmas: Double
  /// A region is low-signal when its tail contrast is under this many noise widths.
  package var contrast: Double
  /// A value is near a threshold when it lies within this share of it (for brightness: of its height above μ₀).
  package var nearShare: Double

  /// The contrast of white noise and of smooth texture is 4.4 to 4.7 (see `CellSignal`), that of a steep ramp of
  /// brightness through a cell up to 7: 8 lies above both.
  package init(outsideSigmas: Double = 5, contrast: Double = 8, nearShare: Double = 0.1) {
    self.outsideSigmas = outsideSigmas
    self.contrast = contrast
    self.nearShare = nearShare
  }

  package func signalClass(brightness: Double, contrast tail: Double, floor: NoiseFloor) -> SignalClass {
    if brightness < outsideBrightness(floor) { return .outside }
    return tail < contrast ? .lowSignal : .signal
  }

  /// The brightness under which a region is outside.
  package func outsideBrightness(_ floor: NoiseFloor) -> Double {
    floor.mean + outsideSigmas * floor.upperDeviation
  }
}

/// Brightness and tail contrast of a cell.
///
/// - *Brightness* is the 99.9th percentile, or the 10th-brightest voxel where a thousandth is fewer than ten.
/// - *Tail contrast* is (brightness − p10) / s, where the noise width s is the larger of σ₀ and the width of the lower
///   tail, (p10 − p0.5) / 1.294, which is one standard deviation for Gaussian noise.
///
/// Both percentiles of the lower tail stay inside the background until structures fill nine tenths of a cell, so that
/// dense nuclei are measured against what lies between them; the median, and a median absolute deviation, would sit
/// inside the nuclei. The lower tail carries the texture and the shot noise of bright tissue, so that these widen the
/// yardstick and not only the contrast. Pure noise gives 3.09 + 1.28 = 4.4.
package struct CellSignal: Equatable, Sendable {
  package let brightness: Double
  package let tailContrast: Double

  /// Nil for a cell without a number in it.
  init?(_ cell: CellStatistics, _ binning: Binning, floor: NoiseFloor) {
    let count = cell.numberCount(binning)
    if count == 0 { return nil }
    let brightest = max(0, min(count - 1, count - max(10, count / 1000)))
    brightness = cell.value(atRank: brightest, binning)
    let low = cell.percentile(0.10, binning)
    let lowest = cell.percentile(0.005, binning)
    tailContrast = (brightness - low) / max(floor.deviation, (low - lowest) / 1.294)
  }
}
