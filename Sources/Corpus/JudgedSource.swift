import IntensityStatistics
import Voxels

/// A source whose patches were judged.
package struct JudgedSource: Codable, Sendable {
  package let volume: UInt64
  package let structure: String
  package let channel: Int
  package let extent: Extent
  package let floor: NoiseFloor
  package let normalisation: Normalisation
  /// Of each patch, in C order.
  package let brightness: [Double]
  package let tailContrast: [Double]

  package init(
    volume: UInt64, structure: String, channel: Int, extent: Extent, floor: NoiseFloor, normalisation: Normalisation,
    brightness: [Double], tailContrast: [Double]
  ) {
    self.volume = volume
    self.structure = structure
    self.channel = channel
    self.extent = extent
    self.floor = floor
    self.normalisation = normalisation
    self.brightness = brightness
    self.tailContrast = tailContrast
  }
}
