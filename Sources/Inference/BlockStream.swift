import MPI
import Networks
import Segmentation
import Synchronization
import Threads
import Voxels

/// How many tiles a block met.
package struct TileCounts: Sendable, Equatable {
  package var evaluated = 0
  package var skipped = 0

  package init() {}
}

/// Predicts one block, plane after plane, in memory that depends on its width and height but not on its depth.
///
/// 1. Layers of tiles are taken in ascending z, the tiles of a layer in C order; every tile that shares a voxel with the
///    block is evaluated, also those that reach into neighbouring blocks.
/// 2. What a tile says (`Blending`), times its blending weights, is added to sums in single precision, always in the order
///    of the lattice, so that each voxel's value does not depend on the block, the ranks or the threads.
/// 3. A tile that is background by `BackgroundRule` adds nothing: that is probability 0 with its normal weight.
/// 4. Planes that no later layer reaches are finished: made probabilities, rounded to 255ths, compared with the threshold,
///    and handed on slab by slab.
package struct BlockStream {
  let input: VolumeInput
  let tiles: TileLattice
  let weights: BlendingWeights
  let predictor: any TilePredictor
  let block: Region
  /// Planes of a slab; slabs begin at multiples of it.
  let slabDepth: Int
  let threshold: ProbabilityThreshold
  let threads: Int
  /// Whether the probabilities of a box of the volume matter; a tile without any such voxel is not evaluated.
  var isWanted: @Sendable (Region) -> Bool = { _ in true }
  /// Ranks that run this stream together, each evaluating some tiles of every layer; nil for this one alone.
  var communicator: Communicator?
  /// Tiles that have been evaluated already.
  var evaluatedBefore: EvaluatedTiles?
  /// Asked before each tile; throws to abandon the block.
  let checkStop: @Sendable () throws -> Void

  package init(
    input: VolumeInput, tiles: TileLattice, predictor: any TilePredictor, block: Region, slabDepth: Int,
    threshold: ProbabilityThreshold, threads: Int, checkStop: @escaping @Sendable () throws -> Void = {}
  ) {
    self.input = input
    self.tiles = tiles
    weights = BlendingWeights(tiles, predictor.blending)
    self.predictor = predictor
    self.block = block
    self.slabDepth = slabDepth
    self.threshold = threshold
    self.threads = threads
    self.checkStop = checkStop
  }

  /// Memory for a block of `extent` beside what the predictor takes, in bytes.
  package static func memoryInBytes(
    input: VolumeInput, tiles: TileLattice, block extent: Extent, slabDepth: Int, threads: Int, valueCount: Int = 1
  ) -> Int {
    let plane = extent.y * extent.x
    let rows = min(extent.y + 2 * tiles.tile.y, max(input.extent.y, tiles.tile.y))
    let columns = min(extent.x + 2 * tiles.tile.x, max(input.extent.x, tiles.tile.x))
    let voxelBytes = input.voxelType.byteCount
    let sums = tiles.tile.z * plane * valueCount * MemoryLayout<Float>.size
    let raw = RawWindow.capacity(input, depth: tiles.tile.z) * rows * columns * voxelBytes
    let slab = slabDepth * plane * (2 + voxelBytes)
    // A tile, what the network says about it, and the copy that the predictor makes of each.
    let tile = (2 + 2 * valueCount) * tiles.tile.count * MemoryLayout<Float>.size
    return sums + raw + slab + threads * tile
  }

  /// Passes every plane of the block, in ascending order, to `emit`.
  package func run(_ emit: (PredictedSlab) throws -> Void) throws -> TileCounts {
    let slabs = SlabBuilder(block: block, depth: slabDepth, threshold: threshold, type: input.voxelType)
    return try run { z, values, window in
      slabs.add(plane: z, values)
      let plane = Region(
        origin: Coordinate(z, block.origin.y, block.origin.x), extent: Extent(1, block.extent.y, block.extent.x))
      slabs.addIntensities(z) { target, origin in window.copy(plane, to: target, at: origin) }
      if let slab = try slabs.finished(after: z) { try emit(slab) }
    }
  }

  /// Passes the probabilities of every plane of the block, in ascending order, to `emit`, nil where they are 0, with the
  /// window that holds its raw voxels.
  func run(_ emit: (Int, UnsafeMutableBufferPointer<Float>?, RawWindow) throws -> Void) throws -> TileCounts {
    let layers = tiles.indices(intersecting: block.range(0), axis: 0)
    let tileRows = tiles.indices(intersecting: block.range(1), axis: 1)
    let tileColumns = tiles.indices(intersecting: block.range(2), axis: 2)
    func span(_ indices: Range<Int>, _ axis: Int) -> Range<Int> {
      let first = tiles.origin(indices.lowerBound, axis: axis)
      let end = tiles.origin(indices.upperBound - 1, axis: axis) + tiles.tile[axis]
      return max(0, first)..<min(end, input.extent[axis])
    }
    let depth = min(tiles.tile.z, input.extent.z)
    let window = RawWindow(
      input, rows: span(tileRows, 1), columns: span(tileColumns, 2), depth: depth,
      firstPlane: max(0, tiles.origin(layers.lowerBound, axis: 0)), padding: predictor.padding)
    let sums = TileSums(block: block, depth: depth, blending: predictor.blending)
    var counts = TileCounts()
    for layer in layers {
      let start = tiles.origin(layer, axis: 0)
      try onEveryRank {
        try window.move(to: max(0, start)..<min(start + tiles.tile.z, input.extent.z), threads: threads)
      }
      let columnCount = tileColumns.count
      let tileCount = tileRows.count * columnCount
      @Sendable func position(_ index: Int) -> Coordinate {
        Coordinate(layer, tileRows.lowerBound + index / columnCount, tileColumns.lowerBound + index % columnCount)
      }
      @Sendable func isSkipped(_ index: Int) -> Bool {
        let region = tiles.region(at: position(index))
        if let background = input.background, window.isBackground(region, background) { return true }
        return !isWanted(region.intersection(Region(input.extent)))
      }
      @Sendable func evaluate(_ index: Int) throws -> [Float] {
        try checkStop()
        if let values = evaluatedBefore?.take(position(index)) { return values }
        let region = tiles.region(at: position(index))
        return try window.tile(region).withUnsafeBufferPointer { try self.predict($0, region) }
      }
      @Sendable func add(_ index: Int, _ values: [Float]) {
        let position = position(index)
        sums.add(values, tiles.region(at: position), (0..<3).map { weights.weights(position[$0], axis: $0) })
      }
      let evaluated = Counter()
      if let communicator {
        let wanted = (0..<tileCount).filter { !isSkipped($0) }
        evaluated.count = wanted.count
        try shareOut(wanted, communicator, evaluate, add)
      } else {
        try forEachInOrder(count: tileCount, threads: threads) { index in
          isSkipped(index) ? nil : try evaluate(index)
        } consume: { index, values in
          guard let values else { return }
          evaluated.count += 1
          add(index, values)
        }
      }
      counts.evaluated += evaluated.count
      counts.skipped += tileCount - evaluated.count
      let isLast = layer == layers.upperBound - 1
      let next = isLast ? block.end.z : min(tiles.origin(layer + 1, axis: 0), block.end.z)
      for z in max(start, block.origin.z)..<max(next, start, block.origin.z) {
        try sums.takePlane(z) { try emit(z, $0, window) }
      }
    }
    return counts
  }

  /// What may fail on one rank alone.
  private func onEveryRank(_ body: () throws -> Void) throws {
    if let communicator { try communicator.everyRank(body) } else { try body() }
  }

  /// Evaluates tiles of a layer, some on each rank; every rank adds all of them, in order. Collective.
  private func shareOut(
    _ wanted: [Int], _ communicator: Communicator, _ evaluate: @Sendable (Int) throws -> [Float],
    _ add: (Int, [Float]) -> Void
  ) throws {
    // Threads may differ between ranks; all must come to the same shares.
    let share = try communicator.allReduce(threads, .min)
    for start in stride(from: 0, to: wanted.count, by: share * communicator.size) {
      let batch = wanted[start..<min(start + share * communicator.size, wanted.count)]
      let own = batch.enumerated().filter { $0.offset % communicator.size == communicator.rank }.map(\.element)
      let results = Mutex([Int: [Float]]())
      try communicator.everyRank {
        try parallelForEach(count: own.count, threads: threads) { number in
          let values = try evaluate(own[number])
          results.withLock { $0[own[number]] = values }
        }
      }
      let ready = results.withLock { $0 }
      for (number, index) in batch.enumerated() {
        // Of the rank that evaluated it.
        add(index, try communicator.broadcast(ready[index] ?? [], from: number % communicator.size))
      }
    }
  }
}

extension BlockStream {
  /// - Throws: `TileFailure` naming the tile when a value is infinite or NaN, which a comparison with a threshold
  ///   would take for background.
  func predict(_ tile: UnsafeBufferPointer<Float>, _ region: Region) throws -> [Float] {
    do {
      let values = try predictor.predict(tile, extent: region.extent)
      let failure = values.withUnsafeBufferPointer {
        OutputNotFinite(of: "the network", in: $0, channelCount: predictor.blending.valueCount)
      }
      if let failure { throw failure }
      return values
    } catch let failure as OutputNotFinite {
      throw TileFailure(
        fault: failure.fault(
          tile: "at \(region.origin) of \(region.extent) voxels", of: input.name, input: tile))
    }
  }
}

/// A number changed by one thread at a time (see `forEachInOrder`).
private final class Counter: @unchecked Sendable { var count = 0 }
