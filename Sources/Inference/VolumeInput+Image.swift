import Components
import Files
import IntensityStatistics
import VolumeFormats
import Voxels
import Zarr

extension VolumeInput {
  /// A finished store, read from its finest level.
  ///
  /// - Parameter skipsBackground: whether tiles that hold nothing but air are not evaluated.
  /// - Parameter requirements: of the network that will see it.
  /// - Throws: `Fault.badData` or `Fault.noInput` when the store's statistics are missing or damaged.
  init(_ image: InferenceImage, _ store: Store, skipsBackground: Bool, for requirements: VolumeRequirements) throws {
    let statistics = try StoreStatistics.load(store.path)
    guard statistics.grid.volume == store.extent else {
      throw Fault.badData(
        "the statistics of \(store.path) are of \(statistics.grid.volume) voxels, but the store has \(store.extent); make the store again with `sheaf tile`"
      )
    }
    let array = store.levels[0]
    try self.init(
      image, chunk: array.chunks.cell.clamped(to: store.extent), statistics, skipsBackground: skipsBackground,
      for: requirements
    ) { try array.read($0, into: $1, at: $2) }
    coarserLevels = Self.coarserLevels(of: store)
  }

  /// Any other volume.
  ///
  /// - Throws: `Fault.badData` when it has another type or size than the network requires.
  init(
    _ image: InferenceImage, _ source: any VolumeSource, _ statistics: StoreStatistics, skipsBackground: Bool,
    for requirements: VolumeRequirements
  ) throws {
    try self.init(
      image, chunk: source.readingGeometry.chunk(of: image.extent), statistics, skipsBackground: skipsBackground,
      for: requirements
    ) { try source.read($0, into: $1, at: $2) }
    take(source, image)
  }

  /// A volume whose statistics are not known yet: for the plan of what will be done with it.
  init(unread source: any VolumeSource, _ image: InferenceImage, skipsBackground: Bool) {
    self.init(
      name: image.path, extent: image.extent, voxelType: image.voxelType,
      chunk: source.readingGeometry.chunk(of: image.extent),
      normalisation: Normalisation(lowerClip: 0, upperClip: 1, mean: 0, deviation: 1, background: 0, saturation: nil),
      background: skipsBackground
        ? BackgroundRule(cells: Lattice(extent: image.extent, cell: image.extent), limits: [.tissue]) : nil,
      intensity: .identity
    ) { try source.read($0, into: $1, at: $2) }
    voxelSize = image.trustedVoxelSize
    take(source, image)
  }

  private init(
    _ image: InferenceImage, chunk: Extent, _ statistics: StoreStatistics, skipsBackground: Bool,
    for requirements: VolumeRequirements, read: @escaping @Sendable (Region, VoxelBuffer, Coordinate) throws -> Void
  ) throws {
    let (normalisation, doubt) = try requirements.normalisation.normalisation(of: statistics, name: image.path)
    self.init(
      name: image.path, extent: image.extent, voxelType: image.voxelType, chunk: chunk, normalisation: normalisation,
      background: skipsBackground ? BackgroundRule(statistics) : nil, intensity: IntensityScale(of: statistics.grid),
      read: read)
    if statistics.notANumberCount > 0 {
      doubts.append(
        "\(image.path) has \(statistics.notANumberCount) voxels that are not numbers (NaN); they count as background")
    }
    doubts += requirements.doubts + [doubt].compactMap { $0 }
    voxelSize = image.trustedVoxelSize
    quietCells = skipsBackground ? QuietCells(statistics) : nil
  }

  private mutating func take(_ source: any VolumeSource, _ image: InferenceImage) {
    readingScratchInBytes = source.readingGeometry.scratchInBytes
    residentInBytes = source.readingGeometry.residentInBytes
    if voxelSize != nil { coarserLevels = Self.coarserLevels(of: source, chunk: image.storeChunk) }
  }

  // MARK: Levels

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

  /// The levels that a store of the volume would have, made while they are read: the same voxels, so that the store and
  /// the volume itself give the same result.
  private static func coarserLevels(of source: any VolumeSource, chunk: Extent) -> [Level] {
    let finest = source.description.extent
    return StoreLayout.levelExtents(of: finest, chunk: chunk).enumerated().dropFirst().map { number, extent in
      let factor = Extent(1 << number)
      return Level(extent: extent, factor: factor, chunk: chunk.clamped(to: extent)) { region, buffer, origin in
        // A plane at a time, since it takes eight times as many voxels for every level.
        for z in region.range(0) {
          let place = Coordinate(z, region.origin.y, region.origin.x)
          let plane = Region(origin: place, extent: Extent(1, region.extent.y, region.extent.x))
          let sources = Region(from: plane.origin * factor, to: plane.end * factor).intersection(Region(finest))
          var voxels = try source.read(sources)
          for _ in 0..<number { voxels = voxels.downsampled(.mean) }
          buffer.copy(
            Region(voxels.extent), of: voxels, to: Coordinate(origin.z + z - region.origin.z, origin.y, origin.x))
        }
      }
    }
  }
}

extension Coordinate {
  fileprivate static func * (a: Coordinate, b: Extent) -> Coordinate { Coordinate(a.z * b.z, a.y * b.y, a.x * b.x) }
}

extension ReadingGeometry {
  /// What is read at a time of a volume of `extent`: whole pieces, so that each is decoded once, and not fewer than a
  /// thread should have to do. The width does not matter, since whole rows of a block are read.
  fileprivate func chunk(of extent: Extent) -> Extent {
    func edge(_ axis: Int, least: Int) -> Int {
      min((least + piece[axis] - 1) / piece[axis] * piece[axis], extent[axis])
    }
    // What can only be decoded from front to back is read by one thread.
    return Extent(edge(0, least: 1), isSequential ? extent.y : edge(1, least: 64), piece.x).clamped(to: extent)
  }
}
