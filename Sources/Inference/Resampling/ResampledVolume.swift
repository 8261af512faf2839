import IntensityStatistics
import Voxels

/// A volume as a network sees it that was trained on voxels of another size: resampled while it is read.
///
/// Intensities are normalised with the constants of the volume first, which bounds what is brighter than all structures and
/// gives voxels without a number a value, and then resampled. Where the volume has coarser levels and the network's voxels
/// are larger, the coarsest level whose voxels are not larger than the network's is read; along axes where these agree
/// within `VolumeRequirements.tolerance` it is taken as it is.
package struct ResampledVolume: Sendable {
  /// What is predicted: normalised voxels.
  package let input: VolumeInput
  /// From the grid of `input` to that of the volume: how probabilities are brought back.
  package let back: Resampling
  /// The edges of a voxel of `input` in those of the volume, (z, y, x).
  package let step: [Double]
  /// The level that is read; 0 for the finest.
  package let level: Int
  /// From the grid of the volume, at its finest level, to that of `input`.
  private let whole: Resampling
  private let cells: QuietCells?
  /// What reading takes for each thread, in bytes.
  let readingInBytes: Int

  /// Boxes of so many chunks along x are read at a time: their neighbours' chunks are decoded for the margin too.
  private static let chunksAtATime = 4

  /// - Parameter scale: the edges that the voxels should have, in those of the volume, (z, y, x).
  package init(_ volume: VolumeInput, scale: [Double]) {
    let level = volume.coarserLevels.lastIndex { level in
      (0..<3).allSatisfy { Double(level.factor[$0]) <= scale[$0] * VolumeRequirements.tolerance }
    }
    let source = level.map { volume.coarserLevels[$0] } ?? volume.finestLevel
    self.level = level.map { $0 + 1 } ?? 0
    // What is left to do after the level.
    let rest = (0..<3).map { axis in
      let step = scale[axis] / Double(source.factor[axis])
      return max(step, 1 / step) <= VolumeRequirements.tolerance ? 1 : step
    }
    step = (0..<3).map { rest[$0] * Double(source.factor[$0]) }
    var extent = source.extent
    for axis in 0..<3 where rest[axis] != 1 {
      extent[axis] = max(1, Int((Double(source.extent[axis]) / rest[axis]).rounded()))
    }
    let there = Resampling(from: source.extent, to: extent, step: rest)
    back = Resampling(from: extent, to: volume.extent, step: step.map { 1 / $0 })
    whole = Resampling(from: volume.extent, to: extent, step: step)
    cells = volume.quietCells
    // As far as a chunk of the source reaches; single planes are gathered.
    var chunk = extent
    for axis in 0..<3 {
      let edge = Int((Double(source.chunk[axis]) / rest[axis]).rounded())
      chunk[axis] = min(extent[axis], max(edge, 16))
    }
    let width = chunk.x * Self.chunksAtATime
    let normalisation = volume.normalisation
    let type = volume.voxelType
    let box = there.sources(of: Region(Extent(chunk.z, chunk.y, min(width, extent.x))))
    readingInBytes = box.count * (type.byteCount + 3 * MemoryLayout<Float>.size)
    input = VolumeInput(
      name: volume.name, extent: extent, voxelType: .float32, chunk: chunk,
      normalisation: .identity(background: normalisation.background), background: nil, intensity: .identity
    ) { region, buffer, origin in
      for x in stride(from: region.origin.x, to: region.end.x, by: width) {
        let part = Region(
          from: Coordinate(region.origin.z, region.origin.y, x),
          to: Coordinate(region.end.z, region.end.y, min(x + width, region.end.x)))
        let box = there.sources(of: part)
        let raw = VoxelBuffer(type, box.extent)
        try source.read(box, raw, .zero)
        let values = there.resample(normalisation.apply(to: raw), to: part)
        values.withUnsafeBytes { bytes in
          let resampled = VoxelBuffer(.float32, part.extent, borrowing: bytes)
          buffer.copy(Region(part.extent), of: resampled, to: origin + Coordinate(0, 0, x - region.origin.x))
        }
      }
    }
  }

  /// Whether a tile may hold something: false where every voxel that it is made of is air by the volume's statistics.
  func mayHoldSomething(_ tile: Region) -> Bool { cells.map { !$0.areQuiet(whole.sources(of: tile)) } ?? true }

  /// Planes of probabilities that are kept to bring them back.
  var planesKept: Int { back.axes[0].mostSources }
}

extension Normalisation {
  /// For voxels that have been normalised.
  fileprivate static func identity(background: Double) -> Normalisation {
    Normalisation(
      lowerClip: -.infinity, upperClip: .infinity, mean: 0, deviation: 1, background: background, saturation: nil)
  }
}
