import Voxels

/// The contents of `phantom.json`: what a series holds, counted while it was written.
package struct PhantomDescription: Codable, Equatable, Sendable {
  package struct StructureCount: Codable, Equatable, Sendable {
    package let structure: Structure
    /// Instances; absent for contiguous structures, which have none.
    package let objects: Int?
    package let labelledVoxels: Int
  }

  package struct Pair: Codable, Equatable, Sendable {
    /// Of the files in `pairs/images` and `pairs/labels`, without `.nii.gz`.
    package let name: String
    package let structure: Structure
    /// Of the organ the pair was cut from; its extent is that of the series, except for varied pairs.
    package let seed: UInt64
    /// Where in that organ, as "z0:z1,y0:y1,x0:x1".
    package let region: String
    package let labelledVoxels: Int
    /// Of varied pairs.
    package let imaging: VariedImaging?
  }

  /// Of the program.
  package let version: String
  package let extent: Extent
  package let seed: UInt64
  package let voxelSizeInMicrometres: VoxelSize
  package var structures: [StructureCount]
  package var pairs: [Pair]
}
