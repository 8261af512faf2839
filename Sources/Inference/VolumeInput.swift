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
  /// The same for tiles of voxels that are not those that were measured; nil to evaluate every tile.
  package var quietCells: QuietCells?
  /// Nil where it is not known.
  package var voxelSize: VoxelSize?
  /// The levels after this one, finest first, whose voxels are means of a whole number of its voxels.
  package var coarserLevels: [Level] = []
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
  /// The volume at one resolution.
  package struct Level: Sendable {
    let extent: Extent
    /// The edges of a voxel in those of the finest level.
    let factor: Extent
    let chunk: Extent
    /// As `VolumeInput.read`.
    let read: @Sendable (Region, VoxelBuffer, Coordinate) throws -> Void

    package init(
      extent: Extent, factor: Extent, chunk: Extent,
      read: @escaping @Sendable (Region, VoxelBuffer, Coordinate) throws -> Void
    ) {
      self.extent = extent
      self.factor = factor
      self.chunk = chunk
      self.read = read
    }
  }

  /// The volume itself as a level.
  var finestLevel: Level { Level(extent: extent, factor: Extent(1), chunk: chunk, read: read) }

  /// The volume in a finished store, read from its finest level.
  ///
  /// - Parameter skipsBackground: whether tiles that hold nothing but air are not evaluated.
  /// - Parameter requirements: of the network that will see it.
  /// - Throws: `Fault.badData` or `Fault.noInput` when the store's statistics are missing or damaged.
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
    doubts += requirements.doubts + [doubt].compactMap { $0 }
    voxelSize = store.voxelSizeInMicrometres
    quietCells = skipsBackground ? QuietCells(statistics) : nil
    coarserLevels = Self.coarserLevels(of: store)
  }

  /// The levels whose voxels are surely means of those of the finest: of Sheaf's own stores.
  private static func coarserLevels(of store: Store) -> [Level] {
    guard store.isOurs, let finest = store.voxelSizeInMicrometres else { return [] }
    return store.levels.indices.dropFirst().compactMap { number in
      guard let size = store.multiscale.voxelSizeInMicrometres(level: number) else { return nil }
      let array = store.levels[number]
      var factor = Extent(1)
      for axis in 0..<3 {
        factor[axis] = max(1, Int((size[axis] / finest[axis]).rounded()))
        if abs(size[axis] / finest[axis] - Double(factor[axis])) > 1e-6 { return nil }
      }
      if array.extent != store.extent.dividedRoundingUp(by: factor) { return nil }
      return Level(extent: array.extent, factor: factor, chunk: array.chunks.cell.clamped(to: array.extent)) {
        try array.read($0, into: $1, at: $2)
      }
    }
  }
}
