import Voxels

/// A training sample: a box of normalised voxels, and which of them count.
package struct Crop: Sendable {
  /// Extent of `voxels` and `valid`: the extent that was read, margin included.
  package let extent: Extent
  /// Normalised intensities, C order (z, y, x with x fastest). Where the patch ends before the box does, background.
  package let voxels: [Float]
  /// 1 where a voxel was measured, 0 for padding, saturated voxels and voxels that are not a number; C order.
  package let valid: [UInt8]
  /// Place of the source in the corpus's manifest.
  package let source: Int
  /// Place of the patch in the corpus's table.
  package let patch: Int
  /// Where the box begins in the source's volume; negative where padding comes first.
  package let origin: Coordinate
}

/// How crops are cut from the patches of a corpus.
package struct CropOptions: Equatable, Sendable {
  /// The box that a network sees.
  package var crop: Extent
  /// The box that is read, the crop in its middle: larger where crops are rotated and scaled afterwards, so that no
  /// corner is missing.
  package var read: Extent
  package var seed: UInt64

  package init(crop: Extent, read: Extent? = nil, seed: UInt64) {
    self.crop = crop
    self.read = read ?? crop
    self.seed = seed
  }

  /// How far the box that is read reaches beyond the crop on the low side.
  package var margin: Extent {
    Extent((read.z - crop.z) / 2, (read.y - crop.y) / 2, (read.x - crop.x) / 2)
  }
}
