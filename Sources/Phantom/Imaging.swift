import Files
import Foundation

/// How a phantom is imaged where real volumes differ from the usual one.
public struct Imaging: Sendable, Equatable {
  /// Counts by which air glows at the surface of the tissue; it fades over about 50 voxels, and never quite.
  public let airGlow: Float
  /// By how many times its own light the surface of the tissue is brighter: from about 150 on it saturates.
  public let brightRim: Float
  /// Counts for one photoelectron: the variance of noise grows by this for each count of light.
  public let photonGain: Float

  public static let usualPhotonGain: Float = 8

  public init(airGlow: Float = 0, brightRim: Float = 0, photonGain: Float = Imaging.usualPhotonGain) {
    self.airGlow = airGlow
    self.brightRim = brightRim
    self.photonGain = photonGain
  }

  /// - Throws: `Fault.usage` for what no microscope does.
  func check() throws {
    guard airGlow.isFinite, airGlow >= 0, brightRim.isFinite, brightRim >= 0 else {
      throw Fault.usage("glow and rim of a phantom must be at least 0, found \(airGlow) and \(brightRim)")
    }
    guard photonGain.isFinite, photonGain > 0 else {
      throw Fault.usage("a photoelectron of a phantom must make more than 0 counts, found \(photonGain)")
    }
  }

  /// - Parameter depth: under the surface, in voxels; negative outside.
  @inline(__always)
  func glow(depth: Float) -> Float { airGlow / (1 + max(0, -depth) * 0.02) }

  @inline(__always)
  func rim(depth: Float) -> Float {
    let distance = (depth - 2) / 2
    return brightRim * exp(-distance * distance)
  }
}
