import Voxels

/// A volume with classes that training samples are cut from.
package protocol SampledVolume: Sendable {
  var pair: AnnotatedPair { get }
  /// Where a crop may be centred.
  var centres: CropCentres { get }

  /// The normalised voxels and the classes (`VoxelClasses`) of a box that may reach beyond the volume: there the image
  /// is background and the classes are `ignore`. Called from several threads at once.
  func cut(_ region: Region) throws -> (image: [Float], classes: [UInt8])
}
