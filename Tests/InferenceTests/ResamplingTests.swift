import Files
import Foundation
import Inference
import IntensityStatistics
import Jobs
import MPI
import Networks
import Scratch
import Segmentation
import TestTraits
import Testing
import Voxels

/// Volumes of another voxel size than the network's.
@Suite struct ResamplingTests {
  /// The definition, in double precision: a triangle about the centre of each target voxel.
  private func expected(_ source: [Double], _ targetCount: Int, _ step: Double) -> [Double] {
    let radius = max(1, step)
    return (0..<targetCount).map { index in
      let centre = min(max((Double(index) + 0.5) * step - 0.5, 0), Double(source.count - 1))
      let weights = source.indices.map { max(0, 1 - abs(Double($0) - centre) / radius) }
      return zip(weights, source).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
    }
  }

  @Test(arguments: [0.3, 0.5, 0.9, 1, 1.3, 2, 2.7, 5]) func anAxisIsAWeightedMean(step: Double) {
    for count in [1, 2, 3, 8, 31] {
      let target = max(1, Int((Double(count) / step).rounded()))
      let axis = ResamplingAxis(from: count, to: target, step: step)
      let source = (0..<count).map { Double(($0 * 37) % 11) - 3 }
      let values = expected(source, target, step)
      for index in 0..<target {
        let (positions, weights) = (axis.sources(of: index), axis.weights(of: index))
        #expect(positions.count == weights.count && !positions.isEmpty)
        #expect(weights.allSatisfy { $0 > 0 } && abs(weights.reduce(0, +) - 1) < 1e-6)
        let found = zip(positions, weights).reduce(0.0) { $0 + source[$1.0] * Double($1.1) }
        #expect(abs(found - values[index]) < 1e-5, "\(count) by \(step) at \(index)")
      }
    }
  }

  /// Any box of the target, for every small geometry, has the bytes of the whole.
  @Test(.randomised(usualSeed: 11)) func boxesHaveTheBytesOfTheWhole() {
    for (source, step) in [
      (Extent(9, 7, 8), [0.5, 1, 2.5]), (Extent(5, 12, 6), [1.7, 0.4, 1]), (Extent(1, 4, 13), [3, 2, 0.6]),
    ] {
      var target = source
      for axis in 0..<3 { target[axis] = max(1, Int((Double(source[axis]) / step[axis]).rounded())) }
      let resampling = Resampling(from: source, to: target, step: step)
      let volume = randomVolume(source, seed: testSeed).voxels(as: UInt16.self).map { Float($0) }
      let whole = resampling.resample(crop(volume, source, resampling.sources(of: Region(target))), to: Region(target))
      for cell in [Extent(1), Extent(2, 3, 4), Extent(5, 1, 2)] {
        let boxes = Lattice(extent: target, cell: cell)
        for number in 0..<boxes.count {
          let box = boxes.region(number)
          let part = resampling.resample(crop(volume, source, resampling.sources(of: box)), to: box)
          #expect(part == crop(whole, target, box), "\(box) of \(target)")
        }
      }
    }
  }

  private func crop(_ values: [Float], _ extent: Extent, _ region: Region) -> [Float] {
    var result: [Float] = []
    region.forEachPosition { result.append(values[extent.index(of: $0)]) }
    return result
  }

  /// Blocks, threads and slabs of a resampled volume give what the whole gives: it is resampled, predicted as one block,
  /// brought back and rounded.
  @Test(.randomised(usualSeed: 12)) func blocksOfAResampledVolumeEqualTheWhole() throws {
    for (extent, scale) in [
      (Extent(9, 14, 11), [2.0, 1, 1.5]), (Extent(6, 7, 10), [0.5, 0.7, 1]), (Extent(12, 5, 9), [1.3, 0.6, 3]),
      (Extent(1, 9, 9), [0.4, 2, 2]),
    ] {
      let volume = randomVolume(extent, seed: testSeed &+ UInt64(extent.count), bright: 0.2)
      let input = volumeInput(volume, chunk: Extent(3, 4, 5))
      let resampled = ResampledVolume(input, scale: scale)
      let tiles = TileLattice(extent: resampled.input.extent, tile: Extent(4, 5, 6), overlap: 0.5)
      let predictor = ContrastPredictor()
      let whole = try wholeVolume(input, resampled, tiles, predictor)
      for (number, block) in [extent, Extent(2), Extent(4, 2, 6), Extent(100, 4, 2)].enumerated() {
        let blocks = Lattice(extent: extent, cell: block)
        var found = [UInt8](repeating: 77, count: extent.count)
        for index in 0..<blocks.count {
          var next = blocks.region(index).origin.z
          _ = try ResampledBlockStream(
            volume: input, resampled: resampled, tiles: tiles, predictor: predictor, block: blocks.region(index),
            slabDepth: 2, threshold: ProbabilityThreshold(0.5), threads: 1 + number % 3
          ).run { slab in
            #expect(slab.region.origin.z == next)
            next = slab.region.end.z
            slab.region.forEachPosition { position in
              let within = position - slab.region.origin
              let value = slab.probabilities.voxels(as: UInt8.self)[slab.probabilities.extent.index(of: within)]
              found[extent.index(of: position)] = value
              #expect((slab.mask[slab.region.extent.index(of: within)] == 1) == (value >= 128))
              if value >= 128 {
                let intensities = slab.intensities!
                #expect(
                  intensities.voxels(as: UInt16.self)[intensities.extent.index(of: within)]
                    == volume.voxels(as: UInt16.self)[extent.index(of: position)])
              }
            }
          }
          #expect(next == blocks.region(index).end.z)
        }
        #expect(found == whole, "\(extent) by \(scale) in blocks of \(block)")
      }
    }
  }

  private func wholeVolume(
    _ input: VolumeInput, _ resampled: ResampledVolume, _ tiles: TileLattice, _ predictor: ContrastPredictor
  ) throws -> [UInt8] {
    let extent = resampled.input.extent
    let seen = VoxelBuffer(.float32, extent)
    try resampled.input.read(Region(extent), seen, .zero)
    // As values from 0 to 1000, which keep their place in single precision, through the tested way of whole volumes.
    var sums = [Float](repeating: 0, count: extent.count)
    let weights = BlendingWeights(tiles)
    let voxels = seen.array(of: Float.self)
    for number in 0..<tiles.count {
      let region = tiles.region(number)
      var tile: [Float] = []
      region.forEachPosition { place in
        let isInside = Region(extent).contains(Region(origin: place, extent: Extent(1)))
        tile.append(isInside ? voxels[extent.index(of: place)] : Float(input.normalisation.background))
      }
      let probabilities = try tile.withUnsafeBufferPointer { try predictor.predict($0, extent: tiles.tile) }
      let position = tiles.position(of: number)
      region.intersection(Region(extent)).forEachPosition { place in
        let within = place - region.origin
        let z = weights.weights(position.z, axis: 0)[within.z]
        let y = weights.weights(position.y, axis: 1)[within.y]
        let x = weights.weights(position.x, axis: 2)[within.x]
        sums[extent.index(of: place)] += probabilities[tiles.tile.index(of: within)] * (z * y * x)
      }
    }
    let back = resampled.back.resample(
      crop(sums, extent, resampled.back.sources(of: Region(input.extent))), to: Region(input.extent))
    return back.map { UInt8(min(max($0 * 255, 0), 255).rounded()) }
  }

  /// A level is read where it can be, as it is where its voxels are those of the network.
  @Test func readsTheLevelThatComesNearest() throws {
    let extent = Extent(16, 21, 30)
    let volume = randomVolume(extent, seed: 3)
    var input = volumeInput(volume)
    var level = volume
    for number in 1...3 {
      level = level.downsampled(.mean)
      input.coarserLevels.append(
        VolumeInput.Level(extent: level.extent, factor: Extent(1 << number), chunk: Extent(4)) {
          [level] in $1.copy($0, of: level, to: $2)
        })
    }
    for (scale, number, step) in [
      ([2, 2.1, 1.95], 1, [2.0, 2, 2]), ([4, 5, 4], 2, [4, 5, 4]), ([1.5, 8, 8], 0, [1.5, 8, 8]),
      ([9, 9, 8.5], 3, [9, 9, 8]),
    ] {
      let resampled = ResampledVolume(input, scale: scale)
      #expect(resampled.level == number)
      #expect(zip(resampled.step, step).allSatisfy { abs($0 - $1) < 1e-9 }, "\(resampled.step) instead of \(step)")
    }
    let half = ResampledVolume(input, scale: [2, 2, 2])
    let seen = VoxelBuffer(.float32, half.input.extent)
    try half.input.read(Region(half.input.extent), seen, .zero)
    #expect(seen.array(of: Float.self) == input.normalisation.apply(to: volume.downsampled(.mean)))
  }

  /// A minimum size that a network's validation chose counts voxels as the network sees them; one that is given, those of
  /// the volume.
  @Test func theMinimumSizeOfANetworkIsInItsVoxels() throws {
    let input = volumeInput(randomVolume(Extent(16, 21, 30), seed: 3))
    var settings = InferenceSettings()
    settings.objects.leastVoxels = 16
    for (scale, size) in [([2.0, 1.5, 2], 96), ([0.5, 0.5, 0.5], 2), ([0.25, 0.25, 0.5], 1)] {
      let resampled = ResampledVolume(input, scale: scale)
      settings.leastVoxelsAreOfNetwork = true
      #expect(settings.fitted(to: resampled).objects.leastVoxels == size)
      #expect(settings.fitted(to: nil).objects.leastVoxels == 16)
      settings.leastVoxelsAreOfNetwork = false
      #expect(settings.fitted(to: resampled).objects.leastVoxels == 16)
    }
  }

  /// Cells of air are skipped; an object that the rule for measured voxels would find is never in one.
  @Test func quietCellsHoldNoObject() throws {
    let extent = Extent(60, 60, 60)
    for size in [1, 2, 3, 6] {
      for place in [Coordinate(14, 14, 14), Coordinate(31, 20, 44), Coordinate(0, 57, 29)] {
        let volume = randomVolume(extent, seed: 8, bright: 0)
        // Tissue in a corner: air is told from it.
        Region(origin: Coordinate(45, 0, 0), extent: Extent(15, 45, 45)).forEachPosition {
          volume.voxels(as: UInt16.self)[extent.index(of: $0)] += 2000
        }
        let object = Region(origin: place, extent: Extent(size)).intersection(Region(extent))
        object.forEachPosition { volume.voxels(as: UInt16.self)[extent.index(of: $0)] = 400 }
        let grid = StatisticsGrid(volume: extent, type: .uint16, run: extent.x)
        grid.add(volume, at: .zero)
        let statistics = try StoreStatistics(grid, name: "volume")
        guard let cells = QuietCells(statistics), let rule = BackgroundRule(statistics) else {
          Issue.record("no cell is air")
          continue
        }
        #expect(!cells.areQuiet(object))
        // Whatever is quiet is background for the rule that looks at the voxels.
        var quiet = 0
        for number in 0..<grid.cells.count where cells.areQuiet(grid.cells.region(number)) {
          quiet += 1
          #expect(rule.isBackground(grid.cells.region(number), of: volume, at: { $0.origin }))
        }
        #expect(quiet > 8)
      }
    }
  }

  /// Through `infer`: the output has the input's voxels, and is the same for every division.
  @Test func everyDivisionOfAResampledVolumeGivesTheSameBytes() throws {
    let scratch = try ScratchDirectory()
    let volume = randomVolume(Extent(20, 33, 41), seed: 5, bright: 0.06)
    try writeStore(volume, to: scratch.file("in.zarr"), chunk: Extent(16), shard: Extent(16, 32, 32))
    for size in [[4, 1, 1.0], [2, 1.7, 0.3], [1.2, 2.0, 1.0]] {
      var predictor = ContrastPredictor()
      predictor.requirements.voxelSizes = TrainedVoxelSizes([size])
      func run(_ output: String, threads: Int, memory: Int) throws -> [String: Data] {
        var settings = InferenceSettings()
        settings.tile = Extent(8)
        _ = try infer(
          scratch.file("in.zarr"), to: scratch.file(output), predictor: predictor, defaultTile: Extent(8),
          settings: settings, objectsPath: nil, resolved: ResolvedSettings(command: "infer", programVersion: "test"),
          communicator: .single(), jobSettings: JobSettings(memoryInBytes: nil, threads: threads), memoryInBytes: memory
        )
        return try contents(ofDirectory: scratch.file(output))
      }
      let name = size.map { "\($0)" }.joined(separator: "-")
      let reference = try run("whole-\(name).zarr", threads: 1, memory: 1 << 30)
      #expect(reference.count > 10)
      for (memory, threads) in [(200_000, 2), (1, 1)] {
        let result = try run("memory\(memory)-\(name).zarr", threads: threads, memory: memory)
        #expect(result == reference, "\(name) with \(memory) bytes")
      }
      var settings = InferenceSettings()
      settings.resamples = false
      let fault = #expect(throws: Fault.self) {
        try infer(
          scratch.file("in.zarr"), to: scratch.file("refused.zarr"), predictor: predictor, defaultTile: Extent(8),
          settings: settings, objectsPath: nil, resolved: ResolvedSettings(command: "infer", programVersion: "test"),
          communicator: .single(), jobSettings: JobSettings(memoryInBytes: nil, threads: 1), memoryInBytes: 1 << 30)
      }
      #expect(fault?.kind == .badData && fault?.message.contains("--no-resample") == true)
    }
  }
}
