import Components
import Files
import IntensityStatistics
import Voxels
import Zarr

/// The volume that is segmented, and what is known of it as a whole.
package struct VolumeInput: Sendable {
  /// For errors.
  package let name: String
  package let extent: Extent
  package let voxelType: VoxelType
  /// How the voxels are stored: reading part of a chunk costs as much as all of it.
  package let chunk: Extent
  package let normalisation: Normalisation
  /// Nil to evaluate every tile.
  package let background: BackgroundRule?
  package let intensity: IntensityScale
  /// Copies a region into a buffer at a position; called from several threads at once.
  package let read: @Sendable (Region, VoxelBuffer, Coordinate) throws -> Void
  /// What is doubtful about it, as warnings.
  package private(set) var doubts: [String] = []

  package init(
    name: String, extent: Extent, voxelType: VoxelType, chunk: Extent, normalisation: Normalisation,
    background: BackgroundRule?, intensity: IntensityScale,
    read: @escaping @Sendable (Region, VoxelBuffer, Coordinate) throws -> Void
  ) {
    self.name = name
    self.extent = extent
    self.voxelType = voxelType
    self.chunk = chunk
    self.normalisation = normalisation
    self.background = background
    self.intensity = intensity
    self.read = read
  }
}

extension VolumeInput {
  /// The volume in a finished store, read from its finest level.
  ///
  /// - Parameter skipsBackground: whether tiles that hold nothing but air are not evaluated.
  /// - Parameter requirements: of the network that will see it.
  /// - Throws: `Fault.badData` or `Fault.noInput` when the store's statistics are missing or damaged, or its voxels are of
  ///   another size than those the network knows.
  init(_ store: Store, skipsBackground: Bool, for requirements: VolumeRequirements = VolumeRequirements()) throws {
    let statistics = try StoreStatistics.load(store.path)
    guard statistics.grid.volume == store.extent else {
      throw Fault.badData(
        "the statistics of \(store.path) are of \(statistics.grid.volume) voxels, but the store has \(store.extent); make the store again with `sheaf tile`"
      )
    }
    let (normalisation, doubt) = try requirements.normalisation.normalisation(of: statistics, name: store.path)
    let array = store.levels[0]
    self.init(
      name: store.path, extent: store.extent, voxelType: store.voxelType,
      chunk: array.chunks.cell.clamped(to: store.extent), normalisation: normalisation,
      background: skipsBackground ? BackgroundRule(statistics) : nil,
      intensity: IntensityScale(of: statistics.grid)
    ) { try array.read($0, into: $1, at: $2) }
    if statistics.notANumberCount > 0 {
      doubts.append(
        "\(store.path) has \(statistics.notANumberCount) voxels that are not numbers (NaN); they count as background")
    }
    doubts +=
      try requirements.doubts
      + [requirements.voxelSizeDoubt(of: store.path, store.voxelSizeInMicrometres), doubt].compactMap { $0 }
  }
}
