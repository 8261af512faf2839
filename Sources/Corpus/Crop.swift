import Voxels

/// A box of normalised voxels cut from an unannotated volume, and which of them were measured.
public struct Crop: Sendable {
  /// Where it was cut from, for messages: source and origin.
  package let name: String
  /// Extent of `voxels` and `valid`, margin included.
  package let extent: Extent
  /// Normalised intensities, C order (z, y, x with x fastest). Where the patch ends before the box does, background.
  package let voxels: [Float]
  /// 1 where a voxel was measured, 0 for padding, saturated voxels and voxels that are not a number; C order.
  package let valid: [UInt8]

  package init(name: String, extent: Extent, voxels: [Float], valid: [UInt8]) {
    precondition(voxels.count == extent.count && valid.count == extent.count, "a crop of \(extent) is incomplete")
    self.name = name
    self.extent = extent
    self.voxels = voxels
    self.valid = valid
  }
}

/// Where the crops of pre-training come from: a corpus, or synthetic voxels in a test.
public protocol CropSource: Sendable {
  /// The crop at position `index` of the global batch of `step`, a pure function of these and the source's seed; called
  /// from several threads at once.
  ///
  /// - Parameter margin: voxels added on both sides of each axis, about the same centre.
  /// - Throws: `Fault.badData` naming the file and chunk that cannot be read; another crop never takes its place.
  func crop(step: Int, index: Int, margin: Extent) throws -> Crop
}
