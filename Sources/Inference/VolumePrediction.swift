import IntensityStatistics
import Jobs
import MPI
import Segmentation
import Voxels

/// Predicts volumes in memory, with the bytes that `infer` would write for them: the same tiles, blending, skipping of
/// background and rounding.
///
/// All ranks predict large volumes together and share out the tiles of each layer. Small ones are predicted whole, each by one
/// rank, since their layers have too few tiles for all. Neither changes a byte.
package struct VolumePrediction: Sendable {
  /// A volume, and which of its tiles matter.
  package struct Volume: Sendable {
    let input: VolumeInput
    let geometry: InferenceGeometry
    /// Whether the probabilities of a box of the volume are asked for; a tile without any such voxel is not evaluated.
    let isWanted: @Sendable (Region) -> Bool

    package init(
      _ input: VolumeInput, _ geometry: InferenceGeometry,
      isWanted: @escaping @Sendable (Region) -> Bool = { _ in true }
    ) {
      self.input = input
      self.geometry = geometry
      self.isWanted = isWanted
    }
  }

  private let volumes: [Volume]
  private let predictor: any TilePredictor
  private let threads: Int
  private let communicator: Communicator
  /// The rank that each volume belongs to.
  package let owners: [Int]
  private let isShared: [Bool]

  /// Planes that leave a stream at a time.
  private static let slabDepth = 16

  /// - Parameter threads: tiles that this rank evaluates at a time.
  package init(_ volumes: [Volume], predictor: any TilePredictor, threads: Int, communicator: Communicator) {
    self.volumes = volumes
    self.predictor = predictor
    self.threads = threads
    self.communicator = communicator
    let ranks = communicator.size
    // Tiles of a layer, of which each rank should have some.
    isShared = volumes.map { ranks > 1 && $0.geometry.tiles.counts.y * $0.geometry.tiles.counts.x >= 4 * ranks }
    var load = [Int](repeating: 0, count: ranks)
    var owners = [Int](repeating: 0, count: volumes.count)
    // The largest first, each to the rank with least to do.
    let order = volumes.indices.sorted {
      (volumes[$1].geometry.tiles.count, $0) < (volumes[$0].geometry.tiles.count, $1)
    }
    for number in order {
      let rank = load.indices.min { (load[$0], $0) < (load[$1], $1) }!
      owners[number] = rank
      load[rank] += volumes[number].geometry.tiles.count
    }
    self.owners = owners
  }

  /// Passes the probabilities in 255ths of each volume to its owner. Collective.
  ///
  /// - Returns: by number of the volume, those that belong to this rank.
  package func run() throws -> [Int: VoxelBuffer] {
    var own: [Int: VoxelBuffer] = [:]
    for number in volumes.indices where isShared[number] {
      let predicted = try predict(volumes[number], sharing: communicator)
      if owners[number] == communicator.rank { own[number] = predicted }
    }
    try communicator.everyRank {
      for number in volumes.indices where !isShared[number] && owners[number] == communicator.rank {
        own[number] = try predict(volumes[number], sharing: nil)
      }
    }
    return own
  }

  /// Memory for predicting a volume, in bytes, beside its voxels, its probabilities and what the network takes.
  ///
  /// - Parameters:
  ///   - voxelType: of the volume.
  ///   - threads: tiles that a rank evaluates at a time.
  package static func memoryInBytes(_ volume: Extent, _ voxelType: VoxelType, tile: Extent, threads: Int) -> Int {
    let plain = Normalisation(lowerClip: 0, upperClip: 1, mean: 0, deviation: 1, background: 0, saturation: nil)
    return BlockStream.memoryInBytes(
      input: VolumeInput(
        name: "", extent: volume, voxelType: voxelType, chunk: Extent(1, volume.y, volume.x), normalisation: plain,
        background: nil, intensity: .identity
      ) { _, _, _ in },
      tiles: TileLattice(extent: volume, tile: tile, overlap: 0.5), block: volume, slabDepth: slabDepth,
      threads: threads)
  }

  private func predict(_ volume: Volume, sharing communicator: Communicator?) throws -> VoxelBuffer {
    let extent = volume.input.extent
    let probabilities = VoxelBuffer(.uint8, extent)
    var stream = BlockStream(
      input: volume.input, tiles: volume.geometry.tiles, predictor: predictor, block: Region(extent),
      slabDepth: VolumePrediction.slabDepth, threshold: ProbabilityThreshold(0.5), threads: threads)
    stream.isWanted = volume.isWanted
    stream.communicator = communicator
    _ = try stream.run { slab in
      probabilities.copy(Region(slab.region.extent), of: slab.probabilities, to: slab.region.origin)
    }
    return probabilities
  }
}
