import Foundation
import Segmentation
import Threads
import Voxels

/// Finished planes of a block on their way to the output.
package struct PredictedSlab {
  /// Where it lies in the volume; as wide and high as the block.
  package let region: Region
  /// Probabilities in 255ths.
  package let probabilities: VoxelBuffer
  /// 1 where the probability reaches the threshold, C order.
  package let mask: UnsafeBufferPointer<UInt8>
  /// The raw voxels; nil when no mask voxel is set.
  package let intensities: VoxelBuffer?
  /// Whether any probability is not 0.
  package let isEmpty: Bool
}

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
/// 2. A tile's probabilities, times their blending weights, are added to sums in single precision, always in the order
///    of the lattice, so that each voxel's value does not depend on the block, the ranks or the threads.
/// 3. A tile that is background by `BackgroundRule` adds nothing: that is probability 0 with its normal weight.
/// 4. Planes that no later layer reaches are finished: rounded to 255ths, compared with the threshold, and handed on slab
///    by slab.
package struct BlockStream {
  let input: VolumeInput
  let tiles: TileLattice
  let weights: BlendingWeights
  let predictor: any TilePredictor
  let block: Region
  /// Planes handed on at a time; slabs begin at multiples of it.
  let slabDepth: Int
  let threshold: ProbabilityThreshold
  let threads: Int
  /// Asked before each tile; throws to abandon the block.
  let checkStop: @Sendable () throws -> Void

  package init(
    input: VolumeInput, tiles: TileLattice, predictor: any TilePredictor, block: Region, slabDepth: Int,
    threshold: ProbabilityThreshold, threads: Int, checkStop: @escaping @Sendable () throws -> Void = {}
  ) {
    self.input = input
    self.tiles = tiles
    weights = BlendingWeights(tiles)
    self.predictor = predictor
    self.block = block
    self.slabDepth = slabDepth
    self.threshold = threshold
    self.threads = threads
    self.checkStop = checkStop
  }

  /// Memory for a block of `extent` beside what the predictor takes, in bytes.
  package static func memoryInBytes(
    input: VolumeInput, tiles: TileLattice, block extent: Extent, slabDepth: Int, threads: Int
  ) -> Int {
    let plane = extent.y * extent.x
    let rows = min(extent.y + 2 * tiles.tile.y, max(input.extent.y, tiles.tile.y))
    let columns = min(extent.x + 2 * tiles.tile.x, max(input.extent.x, tiles.tile.x))
    let voxelBytes = input.voxelType.byteCount
    let sums = tiles.tile.z * plane * MemoryLayout<Float>.size
    let raw = RawWindow.capacity(input, depth: tiles.tile.z) * rows * columns * voxelBytes
    let slab = slabDepth * plane * (2 + voxelBytes)
    // A tile, its probabilities, and the copy that the predictor makes of each.
    let tile = 4 * tiles.tile.count * MemoryLayout<Float>.size
    return sums + raw + slab + threads * tile
  }

  /// Hands every plane of the block, in ascending order, to `emit`.
  package func run(_ emit: (PredictedSlab) throws -> Void) throws -> TileCounts {
    let layers = tiles.indices(intersecting: block.range(0), axis: 0)
    let tileRows = tiles.indices(intersecting: block.range(1), axis: 1)
    let tileColumns = tiles.indices(intersecting: block.range(2), axis: 2)
    func span(_ indices: Range<Int>, _ axis: Int) -> Range<Int> {
      let first = tiles.origin(indices.lowerBound, axis: axis)
      let end = tiles.origin(indices.upperBound - 1, axis: axis) + tiles.tile[axis]
      return first..<min(end, input.extent[axis])
    }
    let depth = min(tiles.tile.z, input.extent.z)
    let window = RawWindow(
      input, rows: span(tileRows, 1), columns: span(tileColumns, 2), depth: depth,
      firstPlane: tiles.origin(layers.lowerBound, axis: 0))
    let sums = ProbabilitySums(block: block, depth: depth)
    let slabs = SlabBuilder(block: block, depth: slabDepth, threshold: threshold, type: input.voxelType)
    var counts = TileCounts()
    for layer in layers {
      let start = tiles.origin(layer, axis: 0)
      try window.move(to: start..<min(start + tiles.tile.z, input.extent.z), threads: threads)
      let columnCount = tileColumns.count
      let evaluated = Counter()
      try forEachInOrder(count: tileRows.count * columnCount, threads: threads) { index -> [Float]? in
        try checkStop()
        let position = Coordinate(
          layer, tileRows.lowerBound + index / columnCount, tileColumns.lowerBound + index % columnCount)
        let region = tiles.region(at: position)
        if let background = input.background, window.isBackground(region, background) { return nil }
        return try window.tile(region).withUnsafeBufferPointer { try predictor.predict($0, extent: region.extent) }
      } consume: { index, probabilities in
        guard let probabilities else { return }
        let position = Coordinate(
          layer, tileRows.lowerBound + index / columnCount, tileColumns.lowerBound + index % columnCount)
        evaluated.count += 1
        sums.add(probabilities, tiles.region(at: position), (0..<3).map { weights.weights(position[$0], axis: $0) })
      }
      counts.evaluated += evaluated.count
      counts.skipped += tileRows.count * columnCount - evaluated.count
      let isLast = layer == layers.upperBound - 1
      let next = isLast ? block.end.z : min(tiles.origin(layer + 1, axis: 0), block.end.z)
      for z in max(start, block.origin.z)..<max(next, start, block.origin.z) {
        sums.takePlane(z) { slabs.add(plane: z, $0) }
        let plane = Region(
          origin: Coordinate(z, block.origin.y, block.origin.x), extent: Extent(1, block.extent.y, block.extent.x))
        slabs.addIntensities(z) { target, origin in window.copy(plane, to: target, at: origin) }
        if let slab = slabs.finished(after: z) { try emit(slab) }
      }
    }
    return counts
  }
}

/// A number changed by one thread at a time (see `forEachInOrder`).
private final class Counter: @unchecked Sendable { var count = 0 }

/// Weighted sums of probabilities for the planes of a block that tiles still reach. Plane z stands at z mod depth.
private final class ProbabilitySums: @unchecked Sendable {
  private let block: Region
  private let depth: Int
  private let sums: UnsafeMutableBufferPointer<Float>
  /// Planes that something was added to.
  private var isTouched: [Bool]

  init(block: Region, depth: Int) {
    self.block = block
    self.depth = depth
    sums = .allocate(capacity: depth * block.extent.y * block.extent.x)
    sums.initialize(repeating: 0)
    isTouched = Array(repeating: false, count: depth)
  }

  deinit { sums.deallocate() }

  /// Adds the part of a tile that lies in the block.
  ///
  /// - Parameter weights: of the tile's voxels along z, y and x.
  func add(_ probabilities: [Float], _ tile: Region, _ weights: [[Float]]) {
    precondition(probabilities.count == tile.count, "a tile of \(tile.extent) has \(probabilities.count) probabilities")
    let part = tile.intersection(block)
    let xWeights = weights[2]
    probabilities.withUnsafeBufferPointer { probabilities in
      xWeights.withUnsafeBufferPointer { xWeights in
        for z in part.range(0) {
          let plane = z % depth
          isTouched[plane] = true
          for y in part.range(1) {
            let weight = weights[0][z - tile.origin.z] * weights[1][y - tile.origin.y]
            let from = tile.extent.index(of: Coordinate(z, y, part.origin.x) - tile.origin)
            let to =
              (plane * block.extent.y + y - block.origin.y) * block.extent.x + part.origin.x - block.origin.x
            let xOffset = part.origin.x - tile.origin.x
            for x in 0..<part.extent.x {
              sums[to + x] += probabilities[from + x] * (weight * xWeights[xOffset + x])
            }
          }
        }
      }
    }
  }

  /// Hands over plane z, nil when nothing was added to it, and clears it.
  func takePlane(_ z: Int, _ body: (UnsafeMutableBufferPointer<Float>?) -> Void) {
    let plane = z % depth
    guard isTouched[plane] else { return body(nil) }
    let count = block.extent.y * block.extent.x
    let part = UnsafeMutableBufferPointer(rebasing: sums[(plane * count)..<((plane + 1) * count)])
    body(part)
    part.update(repeating: 0)
    isTouched[plane] = false
  }
}

/// Collects finished planes into slabs.
private final class SlabBuilder {
  private let block: Region
  private let depth: Int
  private let leastForeground: UInt8
  private let probabilities: VoxelBuffer
  private let mask: UnsafeMutableBufferPointer<UInt8>
  private let intensities: VoxelBuffer
  private var isEmpty = true
  private var hasForeground = false
  private var planeHasForeground = false
  /// Where the slab in hand begins.
  private var start: Int

  init(block: Region, depth: Int, threshold: ProbabilityThreshold, type: VoxelType) {
    self.block = block
    self.depth = depth
    leastForeground = threshold.leastStoredValue
    let extent = Extent(depth, block.extent.y, block.extent.x)
    probabilities = VoxelBuffer(.uint8, extent)
    mask = .allocate(capacity: extent.count)
    mask.initialize(repeating: 0)
    intensities = VoxelBuffer(type, extent)
    start = block.origin.z
  }

  deinit { mask.deallocate() }

  func add(plane z: Int, _ values: UnsafeMutableBufferPointer<Float>?) {
    let count = block.extent.y * block.extent.x
    let offset = (z - start) * count
    let quantised = probabilities.voxels(as: UInt8.self)
    planeHasForeground = false
    guard let values else {
      for index in offset..<(offset + count) {
        quantised[index] = 0
        mask[index] = 0
      }
      return
    }
    var foreground: UInt8 = 0
    var any: UInt8 = 0
    for index in 0..<count {
      let byte = ProbabilityThreshold.storedValue(of: values[index])
      let isForeground: UInt8 = byte >= leastForeground ? 1 : 0
      mask[offset + index] = isForeground
      foreground |= isForeground
      quantised[offset + index] = byte
      any |= byte
    }
    planeHasForeground = foreground != 0
    hasForeground = hasForeground || planeHasForeground
    if any != 0 { isEmpty = false }
  }

  /// Has the raw voxels of plane z copied, if any of them can belong to an object.
  func addIntensities(_ z: Int, _ copy: (VoxelBuffer, Coordinate) -> Void) {
    if planeHasForeground { copy(intensities, Coordinate(z - start, 0, 0)) }
  }

  /// The slab that ends with plane z, if one does. Its buffers are used again for the next.
  func finished(after z: Int) -> PredictedSlab? {
    let end = z + 1
    guard end == block.end.z || end % depth == 0 else { return nil }
    let extent = Extent(end - start, block.extent.y, block.extent.x)
    let slab = PredictedSlab(
      region: Region(origin: Coordinate(start, block.origin.y, block.origin.x), extent: extent),
      probabilities: probabilities, mask: UnsafeBufferPointer(rebasing: mask[0..<extent.count]),
      intensities: hasForeground ? intensities : nil, isEmpty: isEmpty && !hasForeground)
    start = end
    isEmpty = true
    hasForeground = false
    return slab
  }
}
