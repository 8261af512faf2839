import Components
import Files
import Jobs
import Segmentation
import Voxels
import Zarr

extension InferenceRun {
  /// Predicts one block: writes its probabilities and finds its components.
  func predict(_ blocks: Lattice, _ index: Int, _ array: ZarrArray, _ files: BlockFiles) throws -> BlockPayload {
    let block = blocks.region(index)
    let stopSignals = StopSignals(maxHours: jobSettings.maxHours)
    // Before each tile, so that there is room for what the next ones take.
    let comfortable = (jobSettings.memoryInBytes ?? memoryInBytes) / 5 * 4
    let stream = BlockStream(
      input: input, tiles: geometry.tiles, predictor: predictor, block: block, slabDepth: slabDepth,
      threshold: ProbabilityThreshold(settings.objects.threshold), threads: jobSettings.threads
    ) {
      giveBackFreedMemory(beyond: comfortable)
      if let reason = stopSignals.reason { throw Fault.stopped(reason) }
    }
    var writer = BlockWriter(array, block: block, threads: jobSettings.threads)
    var labeller = try BlockLabeller(
      files, index: index, block: block, volume: input.extent, connectivity: settings.objects.connectivity,
      scale: input.intensity, leastVoxels: settings.objects.leastVoxels)
    let tiles = try stream.run { slab in
      try writer.write(slab.region, from: slab.probabilities, isEmpty: slab.isEmpty)
      try labeller.append(slab.region, mask: slab.mask, intensities: slab.intensities)
    }
    let (counts, foregroundVoxels) = try labeller.finish()
    return BlockPayload(
      tilesEvaluated: tiles.evaluated, tilesSkipped: tiles.skipped, foregroundVoxels: foregroundVoxels,
      components: counts, shards: writer.shards)
  }
}
