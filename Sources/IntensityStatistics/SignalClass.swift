/// What a region of a volume holds.
public enum SignalClass: String, Codable, Sendable, CaseIterable {
  /// Air around the sample, or padding.
  case outside
  /// Tissue without contrast to its surroundings.
  case lowSignal = "low-signal"
  /// Tissue with signal.
  case signal
}

/// The thresholds between the classes. They are applied to existing statistics: changing them reads no voxel.
public struct SignalThresholds: Codable, Equatable, Sendable {
  /// A region is outside when its brightness lies under μ₀ + this many σ₀ of the volume's noise floor, σ₀ taken from the
  /// upper side of the noise; nil to use the limit that was found between air and tissue (`Surround.limit`).
  package var outsideSigmas: Double?
  /// A region is low-signal when its tail contrast is under this many noise widths; nil to use what was found in the volume
  /// (`ContrastLimit`).
  package var contrast: Double?
  /// A value is near a threshold when it lies within this share of it (for brightness: of its height above the darkest
  /// level).
  package var nearShare: Double

  package init(outsideSigmas: Double? = nil, contrast: Double? = nil, nearShare: Double = 0.1) {
    self.outsideSigmas = outsideSigmas
    self.contrast = contrast
    self.nearShare = nearShare
  }
}

/// What divides the regions of one volume.
package struct BackgroundModel: Codable, Equatable, Sendable {
  package let floor: NoiseFloor
  package let noise: NoiseModel
  package let surround: Surround
  /// The tail contrast from which on a region is signal.
  package let contrast: Double

  package init(floor: NoiseFloor, noise: NoiseModel, surround: Surround, contrast: Double) {
    self.floor = floor
    self.noise = noise
    self.surround = surround
    self.contrast = contrast
  }

  /// The brightness under which a region is outside.
  package func outsideBrightness(_ thresholds: SignalThresholds) -> Double {
    thresholds.outsideSigmas.map { floor.mean + $0 * floor.upperDeviation } ?? surround.limit
  }

  /// The tail contrast from which on a region is signal.
  package func contrast(_ thresholds: SignalThresholds) -> Double { thresholds.contrast ?? contrast }
}

/// A region judged.
package struct RegionSignal: Equatable, Sendable {
  /// The level that all but a twentieth of the region's voxels lie in cells under.
  package let brightness: Double
  /// The largest of the region's cells.
  package let tailContrast: Double
  package let signalClass: SignalClass
  /// Whether a slightly different threshold would have made it outside, or kept it from being so.
  package let isNearOutside: Bool
  /// Whether a slightly different threshold would have changed it to signal, or from it.
  package let isNearContrast: Bool

  /// Signal is what has contrast, wherever it is; of the rest, what is dark is outside.
  package init(brightness: Double, tailContrast: Double, thresholds: SignalThresholds, model: BackgroundModel) {
    self.brightness = brightness
    self.tailContrast = tailContrast
    let limit = model.outsideBrightness(thresholds)
    let isDark = brightness < limit
    let contrast = model.contrast(thresholds)
    let hasContrast = tailContrast >= contrast
    signalClass = hasContrast ? .signal : isDark ? .outside : .lowSignal
    isNearContrast = abs(tailContrast - contrast) <= thresholds.nearShare * contrast
    let isLimitFound = thresholds.outsideSigmas != nil || model.surround.kind == .air
    isNearOutside =
      !hasContrast && isLimitFound
      && abs(brightness - limit) <= thresholds.nearShare * max(0, limit - model.noise.level)
  }
}
