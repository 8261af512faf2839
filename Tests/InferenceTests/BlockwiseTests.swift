import Files
import Foundation
import Inference
import Networks
import Segmentation
import TestTraits
import Testing
import Voxels

@Suite struct BlockwiseTests {
  /// Predicts a volume block by block; probabilities, mask, and how many tiles were evaluated.
  private func predict(
    _ volume: VoxelBuffer, _ tiles: TileLattice, _ predictor: ContrastPredictor = ContrastPredictor(), block: Extent,
    threads: Int, background: BackgroundRule?,
    slabDepth: Int = 2
  ) throws -> (probabilities: [UInt8], mask: [UInt8], counts: TileCounts) {
    let input = volumeInput(volume, background: background)
    let blocks = Lattice(extent: volume.extent, cell: block)
    var probabilities = [UInt8](repeating: 77, count: volume.extent.count)
    var mask = probabilities
    var counts = TileCounts()
    for index in 0..<blocks.count {
      let stream = BlockStream(
        input: input, tiles: tiles, predictor: predictor, block: blocks.region(index),
        slabDepth: slabDepth, threshold: ProbabilityThreshold(0.5), threads: threads)
      var next = blocks.region(index).origin.z
      let blockCounts = try stream.run { slab in
        #expect(slab.region.origin.z == next)
        next = slab.region.end.z
        let values = slab.probabilities.voxels(as: UInt8.self)
        slab.region.forEachPosition { position in
          let within = position - slab.region.origin
          let here = volume.extent.index(of: position)
          probabilities[here] = values[slab.probabilities.extent.index(of: within)]
          mask[here] = slab.mask[slab.region.extent.index(of: within)]
          if slab.isEmpty { #expect(probabilities[here] == 0 && mask[here] == 0) }
          if mask[here] != 0, let intensities = slab.intensities {
            #expect(
              intensities.voxels(as: UInt16.self)[intensities.extent.index(of: within)]
                == volume.voxels(as: UInt16.self)[here])
          }
        }
      }
      #expect(next == blocks.region(index).end.z)
      counts.evaluated += blockCounts.evaluated
      counts.skipped += blockCounts.skipped
    }
    return (probabilities, mask, counts)
  }

  private func quantised(_ values: [Float]) -> [UInt8] { values.map { UInt8(min(max($0 * 255, 0), 255).rounded()) } }

  /// Every extent, block and number of threads gives the bytes of the whole volume.
  @Test(.randomised(usualSeed: 4)) func predictionInBlocksEqualsTheWholeForEverySmallGeometry() throws {
    for z in [1, 4, 9] {
      for y in [1, 4, 7] {
        for x in [1, 5, 8] {
          let extent = Extent(z, y, x)
          let volume = randomVolume(extent, seed: testSeed &+ UInt64(extent.count))
          for (number, tile) in [Extent(4, 4, 4), Extent(2, 4, 6), Extent(7, 5, 6)].enumerated() {
            let geometry = InferenceGeometry(volume: extent, tile: tile, overlap: 0.5)
            let predictor = ContrastPredictor(padding: [Padding.background, .zero, .mirror][number])
            for background in [nil, BackgroundRule(extent, brightness: 300)] {
              let whole = try wholeVolume(volume, geometry.tiles, predictor, background)
              for (number, block) in [extent, Extent(2), Extent(4, 2, 6), Extent(100, 4, 2)].enumerated() {
                let result = try predict(
                  volume, geometry.tiles, predictor, block: block, threads: 1 + number % 3, background: background)
                #expect(result.probabilities == quantised(whole), "\(extent), tile \(tile), block \(block)")
                #expect(result.mask == whole.map { $0 >= 0.5 ? 1 : 0 }, "\(extent), tile \(tile), block \(block)")
              }
            }
          }
        }
      }
    }
  }

  /// As do tiles that are large enough to reach beyond the faces.
  @Test(arguments: [Padding.background, .zero, .mirror])
  func predictionInBlocksEqualsTheWholeWithAMargin(_ padding: Padding) throws {
    for (extent, tile) in [
      (Extent(9, 12, 17), Extent(8, 8, 16)), (Extent(20, 17, 3), Extent(16, 8, 8)), (Extent(25), Extent(16)),
      (Extent(40, 20, 33), Extent(32, 16, 32)),
    ] {
      let volume = randomVolume(extent, seed: 11)
      let tiles = InferenceGeometry(volume: extent, tile: tile, overlap: 0.5).tiles
      #expect((0..<3).contains { tiles.margin[$0] > 0 })
      let predictor = ContrastPredictor(padding: padding)
      let whole = try wholeVolume(volume, tiles, predictor, nil)
      for (number, block) in [extent, Extent(5, 4, 6), Extent(2), Extent(16)].enumerated() {
        let result = try predict(
          volume, tiles, predictor, block: block, threads: 1 + number % 3, background: nil, slabDepth: 3)
        #expect(result.probabilities == quantised(whole), "\(extent), tile \(tile), block \(block)")
      }
    }
  }

  /// Single-precision sums in lattice order are as good as the textbook formula in double precision.
  @Test func weightsAreThoseOfACountVolume() {
    for (extent, tile, overlap, margin) in [
      (13, 5, 0.5, 0), (7, 4, 0.25, 0), (4, 8, 0.5, 4), (20, 8, 0.75, 1), (9, 9, 0, 4), (41, 16, 0.5, 4),
      (33, 32, 0.5, 4),
    ] {
      let lattice = TileLattice(
        extent: Extent(1, 1, extent), tile: Extent(1, 1, tile), overlap: overlap, margin: margin)
      let weights = BlendingWeights(lattice)
      var sums = [Double](repeating: 0, count: max(extent, tile) + 2 * lattice.margin.x)
      var counts = sums
      let gaussian = Blending.probabilities.gaussian(tile)
      #expect(gaussian.allSatisfy { $0 >= BlendingWeights.floor })
      for index in 0..<lattice.counts.x {
        for offset in 0..<tile {
          let position = lattice.origin(index, axis: 2) - min(0, lattice.origin(0, axis: 2)) + offset
          sums[position] += Double(weights.weights(index, axis: 2)[offset])
          counts[position] += gaussian[offset]
        }
      }
      #expect(sums.allSatisfy { abs($0 - 1) < 1e-6 })
      let first = weights.weights(0, axis: 2)
      #expect((0..<tile).allSatisfy { abs(Double(first[$0]) - gaussian[$0] / counts[$0]) < 1e-7 })
    }
  }

  @Test func skippingBackgroundChangesNothingInTheForeground() throws {
    // Bright blocks in one corner of a dark volume: the far tiles are background.
    let extent = Extent(8, 16, 24)
    let volume = randomVolume(extent, seed: 9, bright: 0)
    Region(origin: Coordinate(1, 2, 3), extent: Extent(4)).forEachPosition {
      volume.voxels(as: UInt16.self)[extent.index(of: $0)] = 500
    }
    let geometry = InferenceGeometry(volume: extent, tile: Extent(8), overlap: 0.5)
    let all = try predict(volume, geometry.tiles, block: extent, threads: 1, background: nil)
    let some = try predict(
      volume, geometry.tiles, block: extent, threads: 1, background: BackgroundRule(extent, brightness: 300))
    #expect(some.counts.skipped > 0)
    #expect(some.counts.evaluated + some.counts.skipped == all.counts.evaluated)
    #expect(all.counts.evaluated == geometry.tiles.count)
    let bright = volume.voxels(as: UInt16.self).indices.filter { volume.voxels(as: UInt16.self)[$0] == 500 }
    #expect(bright.allSatisfy { all.mask[$0] == 1 && some.mask[$0] == 1 })
  }

  @Test func aFailingTileStopsTheBlockWithItsError() throws {
    let volume = randomVolume(Extent(8), seed: 1)
    let tiles = TileLattice(extent: Extent(8), tile: Extent(4), overlap: 0.5)
    let predictor = ContrastPredictor(onTile: { throw Fault.badData("the network is broken") })
    for threads in [1, 3] {
      let stream = BlockStream(
        input: volumeInput(volume), tiles: tiles, predictor: predictor, block: Region(Extent(8)), slabDepth: 2,
        threshold: ProbabilityThreshold(0.5), threads: threads)
      #expect(throws: Fault.self) { try stream.run { _ in } }
    }
  }

  @Test func divisionsTradeEvaluationsForRanks() {
    let geometry = InferenceGeometry(
      volume: Extent(1000, 2000, 3000), tile: Extent(96), overlap: 0.5)
    let shard = Extent(128, 256, 256)
    let divisions = BlockDivision.all(of: geometry.volume, shard: shard)
    #expect(divisions[0].count == 1)
    #expect(geometry.evaluationsPerTile(divisions[0]) == 1)
    for (coarse, fine) in zip(divisions, divisions.dropFirst()) {
      #expect(fine.count > coarse.count)
      #expect((0..<3).allSatisfy { fine.cell[$0] % shard[$0] == 0 })
    }
    let one = geometry.division(shard: shard, ranks: 1, fits: { _ in true })
    #expect(one.map { geometry.evaluationsPerTile($0) <= 1.15 } == true)
    #expect(one.map { $0.count > 1 } == true)
    let many = geometry.division(shard: shard, ranks: 64, fits: { _ in true })
    #expect(many.map { $0.count >= 64 } == true)
    let small = geometry.division(shard: shard, ranks: 1, fits: { $0.count <= 512 * 512 * 512 })
    #expect(small.map { $0.cell.count <= 512 * 512 * 512 } == true)
    #expect(geometry.division(shard: shard, ranks: 1, fits: { _ in false }) == nil)
  }

  @Test func ranksShareTilesWhereBlocksDoNotGoRound() {
    func geometry(_ edge: Int) -> InferenceGeometry {
      InferenceGeometry(volume: Extent(64, edge, edge), tile: Extent(64), overlap: 0.5)
    }
    func cut(_ geometry: InferenceGeometry, into count: Int) -> Lattice {
      BlockDivision.all(of: geometry.volume, shard: Extent(64)).first { $0.count == count }!
    }
    // Of 25 tiles one block has 20, the other one 10.
    let small = geometry(192)
    #expect(small.isSharedBetter(cut(small, into: 1), than: cut(small, into: 2), ranks: 2))
    #expect(!small.isSharedBetter(cut(small, into: 1), than: cut(small, into: 1), ranks: 1))
    // Alone, a rank does not cut what is done soon.
    #expect(small.division(shard: Extent(64), ranks: 1) { _ in true }?.count == 1)
    // Sixty-four blocks for two ranks.
    let large = geometry(1024)
    #expect(!large.isSharedBetter(cut(large, into: 1), than: cut(large, into: 64), ranks: 2))
    // So many ranks would receive each other's tiles that they would do little else.
    #expect(!large.isSharedBetter(cut(large, into: 1), than: cut(large, into: 256), ranks: 200))
  }

  /// A network sees crops of one size while it is trained; thinner volumes are padded to that, as its crops were.
  @Test func tilesAreAsLargeAsTheCropsOfTheNetwork() throws {
    func tile(_ volume: Extent, asked: Extent? = nil, natural: Extent, multiple: Int) throws -> Extent {
      let predictor = ContrastPredictor(tileMultiple: Extent(multiple))
      return try InferenceGeometry(
        volume: volume, asked: asked, natural: natural, overlap: 0.5, predictor: predictor
      ).tiles.tile
    }
    let brain = Extent(30, 510, 667)
    #expect(try tile(brain, natural: Extent(96), multiple: 16) == Extent(96))
    #expect(try tile(Extent(1), natural: Extent(96), multiple: 16) == Extent(96))
    #expect(try tile(Extent(200), asked: Extent(90, 100, 96), natural: Extent(64), multiple: 32) == Extent(96, 128, 96))
    // Smaller than the crops on request, larger only as far as there is something to see.
    #expect(try tile(brain, asked: Extent(32), natural: Extent(96), multiple: 16) == Extent(32))
    #expect(try tile(brain, asked: Extent(256), natural: Extent(96), multiple: 16) == Extent(96, 256, 256))
    #expect(try tile(Extent(40, 50, 60), asked: Extent(256), natural: Extent(32), multiple: 16) == Extent(48, 64, 64))
  }

  @Test func aThinVolumeLiesInTheMiddleOfItsTile() {
    let lattice = TileLattice(extent: Extent(1, 4, 5), tile: Extent(8), overlap: 0.5)
    #expect(lattice.region(0).origin == Coordinate(-3, -2, -1))
  }
}
