import Components
import Files
import Jobs
import MPI
import Segmentation
import Voxels
import Zarr

/// What an inference predicts, from what and how; predicts its blocks.
struct BlockPrediction {
  let input: VolumeInput
  /// What the network sees where that is not the volume itself.
  var resampled: ResampledVolume?
  let geometry: InferenceGeometry
  let predictor: any TilePredictor
  let settings: InferenceSettings
  /// Of the probabilities.
  let layout: StoreLayout
  /// Tiles that have been evaluated before the blocks they lie in.
  let evaluatedBefore = EvaluatedTiles()

  /// Planes of a slab.
  private var slabDepth: Int { layout.chunk.z }

  /// Memory for predicting a block and finding its components, in bytes, beside what the predictor takes.
  func memoryInBytes(block: Extent, threads: Int) -> Int {
    let slab = Extent(min(slabDepth, block.z), block.y, block.x)
    let stream =
      resampled.map {
        ResampledBlockStream.memoryInBytes(
          volume: input, resampled: $0, tiles: geometry.tiles, block: block, slabDepth: slabDepth, threads: threads,
          valueCount: predictor.blending.valueCount)
      }
      ?? BlockStream.memoryInBytes(
        input: input, tiles: geometry.tiles, block: block, slabDepth: slabDepth, threads: threads,
        valueCount: predictor.blending.valueCount)
    return stream + BlockLabeller.memoryInBytes(slab: slab) + threads * codecInBytes + input.residentInBytes
  }

  /// Scratch of a thread that decodes chunks of the input and encodes those of the output.
  private var codecInBytes: Int {
    max(3 * layout.chunk.count, input.readingScratchInBytes ?? 3 * input.chunk.count * input.voxelType.byteCount)
      + 2 << 20
  }

  /// Predicts one block: writes its probabilities and finds its components.
  ///
  /// - Parameters:
  ///   - array: the finest level of the probabilities.
  ///   - limitInBytes: what this rank may use.
  ///   - communicator: ranks that share the tiles, of which the first writes; nil for this one alone. Collective then.
  /// - Returns: nil on ranks that write nothing.
  /// - Throws: `Fault.stopped` between tiles after a stop signal.
  func predict(
    _ blocks: Lattice, _ index: Int, to array: ZarrArray, _ files: BlockFiles, threads: Int, limitInBytes: Int,
    stopSignals: StopSignals, sharing communicator: Communicator? = nil
  ) throws -> BlockPayload? {
    let block = blocks.region(index)
    // Before each tile, so that there is room for what the next ones take.
    let comfortable = limitInBytes / 5 * 4
    let checkStop: @Sendable () throws -> Void = {
      giveBackFreedMemory(beyond: comfortable)
      if let reason = stopSignals.reason { throw Fault.stopped(reason) }
    }
    func byOneRank(_ body: () throws -> Void) throws {
      if let communicator { try communicator.rootOnly(body) } else { try body() }
    }
    var writer = BlockWriter(array, block: block, threads: threads)
    var labeller: BlockLabeller?
    try byOneRank {
      labeller = try BlockLabeller(
        files, index: index, block: block, volume: input.extent, connectivity: settings.objects.connectivity,
        scale: input.intensity, leastVoxels: settings.objects.leastVoxels)
    }
    let tiles = try run(block, threads: threads, sharing: communicator, checkStop) { slab in
      try byOneRank {
        try writer.write(slab.region, from: slab.probabilities, isEmpty: slab.isEmpty)
        try labeller!.append(slab.region, mask: slab.mask, intensities: slab.intensities)
      }
    }
    var payload: BlockPayload?
    try byOneRank {
      let (counts, foregroundVoxels) = try labeller!.finish()
      payload = BlockPayload(
        tilesEvaluated: tiles.evaluated, tilesSkipped: tiles.skipped, foregroundVoxels: foregroundVoxels,
        components: counts, shards: writer.shards)
    }
    return payload
  }

  /// Passes the slabs of a block to `emit`.
  func run(
    _ block: Region, threads: Int, sharing communicator: Communicator? = nil,
    _ checkStop: @escaping @Sendable () throws -> Void, emit: (PredictedSlab) throws -> Void
  ) throws -> TileCounts {
    let threshold = ProbabilityThreshold(settings.objects.threshold)
    if let resampled {
      var stream = ResampledBlockStream(
        volume: input, resampled: resampled, tiles: geometry.tiles, predictor: predictor, block: block,
        slabDepth: slabDepth, threshold: threshold, threads: threads, checkStop: checkStop)
      stream.communicator = communicator
      stream.evaluatedBefore = evaluatedBefore
      return try stream.run(emit)
    }
    var stream = BlockStream(
      input: input, tiles: geometry.tiles, predictor: predictor, block: block, slabDepth: slabDepth,
      threshold: threshold, threads: threads, checkStop: checkStop)
    stream.communicator = communicator
    stream.evaluatedBefore = evaluatedBefore
    return try stream.run(emit)
  }
}
