import IntensityStatistics
import Voxels

/// A source whose patches were judged.
package struct JudgedSource: Codable, Sendable {
  package let volume: UInt64
  package let structure: String
  package let channel: Int
  package let extent: Extent
  package let model: BackgroundModel
  package let normalisation: Normalisation
  /// Of each patch, in C order.
  package let brightness: [Double]
  package let tailContrast: [Double]
  /// As the statistics have it; nil when nobody asks.
  package let voxelType: VoxelType?
  /// Of files that hold a patch each: the numbers of those that can be used, and the digests of their voxels.
  package let files: [Int]?
  package let digests: [UInt64]?
  /// By which equal patches are found, and sources that overlap; see `CellSignatures`.
  package let signatures: [UInt64?]?
  package let sketch: [UInt64]?
  /// The share of the tissue that stands out of its surroundings.
  package let density: Double?

  package init(
    volume: UInt64, structure: String, channel: Int, extent: Extent, model: BackgroundModel,
    normalisation: Normalisation,
    brightness: [Double], tailContrast: [Double], voxelType: VoxelType? = nil, files: [Int]? = nil,
    digests: [UInt64]? = nil, signatures: [UInt64?]? = nil, sketch: [UInt64]? = nil, density: Double? = nil
  ) {
    self.volume = volume
    self.structure = structure
    self.channel = channel
    self.extent = extent
    self.model = model
    self.normalisation = normalisation
    self.brightness = brightness
    self.tailContrast = tailContrast
    self.voxelType = voxelType
    self.files = files
    self.digests = digests
    self.signatures = signatures
    self.sketch = sketch
    self.density = density
  }
}
