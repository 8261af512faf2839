import Files
import IntensityStatistics
import VolumeFormats
import Voxels
import Zarr

/// The time and space that tiling a volume would take, estimated from a sample of its voxels, which are read, encoded and
/// counted as `tile` does it.
///
/// Parts of a volume differ, and so do the first and second reading from a disk.
package struct TilingEstimate: Sendable, Equatable {
  /// Of all levels on disk.
  package let storeInBytes: Int
  /// With as many threads as were given.
  package let seconds: Double
  /// How many voxels the sample had.
  package let sampledVoxelCount: Int

  /// Voxels that may be decoded for one box of the sample.
  private static let decodedAtMost = 1 << 25
  /// Boxes of the sample, if there is time for them.
  private static let boxesAtMost = 16
  private static let chunksInBox = 4

  /// Takes about `seconds` seconds, more where a single box takes longer.
  ///
  /// - Throws: what `tile` would throw: `Fault.badData` for damaged input.
  package init(
    of source: any VolumeSource, settings: TilingSettings = TilingSettings(), threads: Int, within limit: Double = 1
  ) throws {
    let volume = source.description
    let layout = try settings.layout(
      name: "", extent: volume.extent, type: volume.voxelType,
      voxelSizeInMicrometres: volume.voxelSizeInMicrometres)
    var sample = TilingSample(layout: layout, source: source)
    let clock = ContinuousClock()
    let start = clock.now
    // A compressed stream can only be decoded from the front, so one box at its front has to do.
    for number in 0..<(source.readingGeometry.isSequential ? 1 : Self.boxesAtMost) {
      if number > 0, start.duration(to: clock.now) > .seconds(limit) { break }
      try sample.take(Self.box(number, layout, source.readingGeometry))
    }
    let levels = layout.levelExtents.map { Double($0.count) }
    let fine = levels[0]
    let coarse = levels.dropFirst().reduce(0, +)
    storeInBytes = Int(fine * sample.fineBytesPerVoxel + coarse * sample.coarseBytesPerVoxel)
    let reading = fine * sample.readingSecondsPerVoxel
    let making = (fine + coarse) * sample.makingSecondsPerVoxel / Double(threads)
    // What can only be read from the front is read by one thread while the others make chunks.
    seconds = source.readingGeometry.isSequential ? max(reading, making) : reading / Double(threads) + making
    sampledVoxelCount = sample.voxelCount
  }

  /// Boxes of a few adjacent chunks, well spread: the first in the middle, the others by multiples of powers of
  /// the plastic number (Roberts, "The unreasonable effectiveness of quasirandom sequences", 2018).
  package static func box(_ number: Int, _ layout: StoreLayout, _ reading: ReadingGeometry) -> Region {
    let chunks = layout.extent.dividedRoundingUp(by: layout.chunk)
    let steps = [0.8191725133961645, 0.6710436067037893, 0.5497004779019703]
    func place(_ axis: Int) -> Int {
      if axis == 0 && reading.isSequential { return 0 }
      let position = 0.5 + Double(number) * steps[axis]
      return min(Int((position - position.rounded(.down)) * Double(chunks[axis])), chunks[axis] - 1)
    }
    let origin = Coordinate(place(0) * layout.chunk.z, place(1) * layout.chunk.y, place(2) * layout.chunk.x)
    var box = Region(
      from: origin,
      to: Coordinate(
        min(origin.z + layout.chunk.z, layout.extent.z), min(origin.y + layout.chunk.y, layout.extent.y),
        min(origin.x + chunksInBox * layout.chunk.x, layout.extent.x)))
    // Tall strips make planes expensive to decode: then fewer planes.
    if reading.piece.z == 1 {
      let plane = decoded(Region(origin: origin, extent: Extent(1, box.extent.y, box.extent.x)), layout, reading).count
      box.extent.z = min(box.extent.z, max(1, decodedAtMost / max(plane, 1)))
    }
    return box
  }

  /// What has to be decoded for `box`.
  package static func decoded(_ box: Region, _ layout: StoreLayout, _ reading: ReadingGeometry) -> Extent {
    var extent = Extent(0)
    for axis in 0..<3 {
      let piece = reading.piece[axis]
      let end = min((box.end[axis] + piece - 1) / piece * piece, layout.extent[axis])
      extent[axis] = end - box.origin[axis] / piece * piece
    }
    return extent
  }
}

/// Sums over the boxes of a sample.
private struct TilingSample {
  let layout: StoreLayout
  let source: any VolumeSource
  private(set) var voxelCount = 0
  private var decodedCount = 0
  private var coarseCount = 0
  private var fineBytes = 0
  private var coarseBytes = 0
  private var reading = Duration.zero
  private var making = Duration.zero

  init(layout: StoreLayout, source: any VolumeSource) {
    self.layout = layout
    self.source = source
  }

  var fineBytesPerVoxel: Double { Double(fineBytes) / Double(voxelCount) }
  var coarseBytesPerVoxel: Double { coarseCount == 0 ? 0 : Double(coarseBytes) / Double(coarseCount) }
  var readingSecondsPerVoxel: Double { reading / .seconds(1) / Double(decodedCount) }
  var makingSecondsPerVoxel: Double { making / .seconds(1) / Double(voxelCount + coarseCount) }

  mutating func take(_ box: Region) throws {
    let clock = ContinuousClock()
    let start = clock.now
    let voxels = try source.read(box)
    let read = clock.now
    // Statistics, the halved box, and the chunks of both.
    let grid = StatisticsGrid(volume: box.extent, type: layout.voxelType, run: layout.chunk.x)
    grid.add(voxels, at: .zero)
    let halved = voxels.downsampled(layout.content.downsampling)
    fineBytes += try encode(voxels)
    coarseBytes += try encode(halved)
    reading += start.duration(to: read)
    making += read.duration(to: clock.now)
    voxelCount += voxels.extent.count
    coarseCount += halved.extent.count
    decodedCount += TilingEstimate.decoded(box, layout, source.readingGeometry).count
  }

  private func encode(_ voxels: VoxelBuffer) throws -> Int {
    let chunks = Lattice(extent: voxels.extent, cell: layout.chunk)
    return try (0..<chunks.count).reduce(0) {
      try $0 + layout.compression.encodedByteCount(of: voxels.cropped(to: chunks.region($1)))
    }
  }
}
