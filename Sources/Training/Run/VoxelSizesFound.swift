import Networks
import Voxels

/// The voxel sizes of the volumes of a training.
struct VoxelSizesFound: Sendable {
  /// Nil when no volume has one.
  let sizes: TrainedVoxelSizes?
  private let unknownCount: Int
  private let count: Int

  /// - Parameter sizes: of each volume, nil where it is not known.
  init(_ sizes: [VoxelSize?]) {
    let known = sizes.compactMap { $0 }.filter(\.isMeaningful)
    self.sizes = TrainedVoxelSizes(known.map { [$0.z, $0.y, $0.x] })
    count = sizes.count
    unknownCount = sizes.count - known.count
  }

  /// What the plan says.
  var planLine: String {
    guard let sizes else {
      return "voxel size not known: `sheaf infer` cannot tell whether volumes have the same"
    }
    return "voxels of \(sizes.text)"
      + (unknownCount == 0 ? "" : ", not known of \(unknownCount) of \(count) volumes")
  }
}
