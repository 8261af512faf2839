import MPI
import Segmentation
import Voxels

/// Predicts a block of a volume that a network sees resampled (`ResampledVolume`): the stream of what the block is made of,
/// whose planes are brought back to the volume's grid before they are rounded and compared with the threshold.
package struct ResampledBlockStream {
  let volume: VolumeInput
  let resampled: ResampledVolume
  let tiles: TileLattice
  let predictor: any TilePredictor
  let block: Region
  let slabDepth: Int
  let threshold: ProbabilityThreshold
  let threads: Int
  var communicator: Communicator?
  var evaluatedBefore: EvaluatedTiles?
  let checkStop: @Sendable () throws -> Void

  package init(
    volume: VolumeInput, resampled: ResampledVolume, tiles: TileLattice, predictor: any TilePredictor, block: Region,
    slabDepth: Int, threshold: ProbabilityThreshold, threads: Int, checkStop: @escaping @Sendable () throws -> Void = {}
  ) {
    self.volume = volume
    self.resampled = resampled
    self.tiles = tiles
    self.predictor = predictor
    self.block = block
    self.slabDepth = slabDepth
    self.threshold = threshold
    self.threads = threads
    self.checkStop = checkStop
  }

  /// As `BlockStream.run`.
  package func run(_ emit: (PredictedSlab) throws -> Void) throws -> TileCounts {
    var planes = PlanesBack(resampled.back, block: block)
    defer { planes.deallocate() }
    var stream = BlockStream(
      input: resampled.input, tiles: tiles, predictor: predictor, block: planes.source, slabDepth: slabDepth,
      threshold: threshold, threads: threads, checkStop: checkStop)
    stream.isWanted = { [resampled] in resampled.mayHoldSomething($0) }
    stream.communicator = communicator
    stream.evaluatedBefore = evaluatedBefore
    let slabs = SlabBuilder(block: block, depth: slabDepth, threshold: threshold, type: volume.voxelType)
    return try stream.run { z, values, _ in
      try planes.add(plane: z, values) { z, values in
        slabs.add(plane: z, values)
        // Rarely needed, and never resampled: read once more where there is an object.
        func read(_ region: Region, _ buffer: VoxelBuffer) throws {
          guard let communicator else { return try volume.read(region, buffer, .zero) }
          try communicator.everyRank { try volume.read(region, buffer, .zero) }
        }
        if let slab = try slabs.finished(after: z, readingIntensities: read) { try emit(slab) }
      }
    }
  }

  /// Memory for a block of `extent` beside what the predictor takes, in bytes.
  static func memoryInBytes(
    volume: VolumeInput, resampled: ResampledVolume, tiles: TileLattice, block extent: Extent, slabDepth: Int,
    threads: Int, valueCount: Int = 1
  ) -> Int {
    // Where it lies hardly matters: in the middle it has margins on both sides.
    var origin = Coordinate.zero
    for axis in 0..<3 { origin[axis] = (volume.extent[axis] - extent[axis]) / 2 }
    let source = resampled.back.sources(of: Region(origin: origin, extent: extent)).extent
    let plane = extent.y * extent.x
    let kept = (resampled.planesKept + 2) * plane * MemoryLayout<Float>.size
    let slab = slabDepth * plane * (2 + volume.voxelType.byteCount)
    return BlockStream.memoryInBytes(
      input: resampled.input, tiles: tiles, block: source, slabDepth: 0, threads: threads, valueCount: valueCount)
      + kept + slab + threads * resampled.readingInBytes
  }
}
