import Files
import Foundation
import Inference
import IntensityStatistics
import Networks
import Scratch
import Voxels
import Zarr

/// A predictor whose probabilities depend on all of a tile, as a network's do (instance normalisation): a voxel's value
/// against the tile's mean, plus something that differs from place to place.
struct ContrastPredictor: TilePredictor {
  var tileMultiple = Extent(1)
  var padding = Padding.background
  var requirements = VolumeRequirements()
  /// Called before each prediction.
  var onTile: @Sendable () throws -> Void = {}

  func predict(_ tile: UnsafeBufferPointer<Float>, extent: Extent) throws -> [Float] {
    try onTile()
    let mean = tile.reduce(0, +) / Float(tile.count)
    return tile.indices.map { index in
      let place = Float(index % 7) / 50
      return 1 / (1 + exp(-2 * (tile[index] - mean) - place))
    }
  }

  func memoryInBytes(tile: Extent, threads: Int) -> Int { threads * tile.count * 8 }
}

/// A volume of noise about 100 with some bright blocks of voxels.
func randomVolume(_ extent: Extent, seed: UInt64, bright: Double = 0.05) -> VoxelBuffer {
  var random = SeededNumbers(seed: seed)
  let buffer = VoxelBuffer(.uint16, extent)
  let voxels = buffer.voxels(as: UInt16.self)
  for index in voxels.indices {
    let isBright = Double.random(in: 0..<1, using: &random) < bright
    voxels[index] = UInt16.random(in: 90...110, using: &random) + (isBright ? 400 : 0)
  }
  return buffer
}

func volumeInput(
  _ volume: VoxelBuffer, chunk: Extent = Extent(2), background: BackgroundRule? = nil
) -> VolumeInput {
  VolumeInput(
    name: "volume", extent: volume.extent, voxelType: volume.type, chunk: chunk,
    normalisation: Normalisation(
      lowerClip: 50, upperClip: 400, mean: 120, deviation: 60, background: -0.3, saturation: nil),
    background: background, intensity: .identity
  ) { region, buffer, origin in buffer.copy(region, of: volume, to: origin) }
}

extension BackgroundRule {
  /// Background is what has no voxel above `brightness`.
  init(_ volume: Extent, brightness: Double) {
    self.init(
      cells: Lattice(extent: volume, cell: volume),
      limits: [AirLimit(impossible: brightness, unlikely: brightness)])
  }
}

/// The probabilities of a whole volume at once, the definition of what every block must give.
func wholeVolume(
  _ volume: VoxelBuffer, _ tiles: TileLattice, _ predictor: any TilePredictor, _ background: BackgroundRule?
)
  throws -> [Float]
{
  let input = volumeInput(volume)
  let weights = BlendingWeights(tiles, predictor.blending)
  var sums = [Float](repeating: 0, count: volume.extent.count)
  let normalised = input.normalisation.apply(to: volume)
  for number in 0..<tiles.count {
    let position = tiles.position(of: number)
    let region = tiles.region(number)
    let inside = region.intersection(Region(volume.extent))
    if let background {
      if background.isBackground(inside, of: volume, at: { $0.origin }) { continue }
    }
    var tile: [Float] = []
    region.forEachPosition { place in
      var source = place
      for axis in 0..<3 where !(0..<volume.extent[axis]).contains(place[axis]) {
        let last = volume.extent[axis] - 1
        // Back and forth between the ends, from position 0; before it as behind it.
        var (value, step) = (0, 1)
        for _ in 0..<abs(place[axis]) {
          if value + step > last || value + step < 0 { step = -step }
          if last > 0 { value += step }
        }
        source[axis] = value
      }
      switch predictor.padding {
      case _ where source == place: tile.append(normalised[volume.extent.index(of: source)])
      case .background: tile.append(Float(input.normalisation.background))
      case .zero: tile.append(0)
      case .mirror: tile.append(normalised[volume.extent.index(of: source)])
      }
    }
    let probabilities = try tile.withUnsafeBufferPointer { try predictor.predict($0, extent: tiles.tile) }
    inside.forEachPosition { place in
      let within = place - region.origin
      let z = weights.weights(position.z, axis: 0)[within.z]
      let y = weights.weights(position.y, axis: 1)[within.y]
      let x = weights.weights(position.x, axis: 2)[within.x]
      sums[volume.extent.index(of: place)] += probabilities[tiles.tile.index(of: within)] * (z * y * x)
    }
  }
  return sums
}

/// A finished store of `volume`, as `sheaf tile` leaves it.
func writeStore(
  _ volume: VoxelBuffer, to path: String, chunk: Extent, shard: Extent, voxelSize: VoxelSize? = VoxelSize(2, 1, 0.5),
  structure: String? = nil
) throws {
  let store = try Store.create(
    path,
    StoreLayout(
      name: "volume", extent: volume.extent, voxelType: volume.type, voxelSizeInMicrometres: voxelSize, chunk: chunk,
      shard: shard, attributes: structure.map { ["structure": .string($0)] } ?? [:]))
  var current = volume
  var empty: [EmptyShards] = []
  for level in store.levels {
    var emptyShards = EmptyShards(count: level.shards.count)
    for shard in 0..<level.shards.count {
      let writer = try ShardWriter(level, at: level.shards.position(of: shard))
      try writer.writeChunks(from: current, origin: .zero)
      if try writer.publish() { emptyShards.insert(shard) }
    }
    empty.append(emptyShards)
    current = current.downsampled(.mean)
  }
  let grid = StatisticsGrid(volume: volume.extent, type: volume.type, run: 8)
  grid.add(volume, at: .zero)
  try StoreStatistics.save(grid, store: path)
  try store.finish(emptyShards: empty)
}
