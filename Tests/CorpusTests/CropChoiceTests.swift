import Corpus
import Files
import Foundation
import IntensityStatistics
import Jobs
import MPI
import Scratch
import Testing
import Voxels

/// Which crops a training asks for: the usual ones, by contrast, and of one voxel size.
@Suite(.serialized) struct CropChoiceTests {
  private let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  /// A corpus of stores, whose voxels are 4 × 2 × 2 µm, all patches in it.
  private func corpus(_ volumes: [VoxelBuffer], patchEdge: Int, contrast: Double = 0) throws -> PatchCorpus {
    let paths = volumes.indices.map { scratch.file("volume\($0).zarr") }
    for (path, voxels) in zip(paths, volumes) { try writeStore(path, voxels, structure: "s") }
    return try PatchCorpus.select(
      paths.map { SourceRequest($0) }, path: scratch.file("corpus"),
      options: CorpusOptions(
        patchEdge: patchEdge, lowSignalShare: 1, outsideShare: 0.99, thresholds: SignalThresholds(contrast: contrast)),
      programVersion: "test", communicator: Communicator.world(), settings: JobSettings(threads: 1))
  }

  /// Runs that earlier versions began see the same samples: structure, volume, patch and position are drawn in this order.
  @Test func theUsualCropsAreThoseOfEarlierVersions() throws {
    let corpus = try corpus(
      [phantomVoxels(Extent(60), seed: 1), phantomVoxels(Extent(40, 60, 20), seed: 2)], patchEdge: 20)
    let (crop, margin) = (Extent(9, 8, 7), Extent(2, 3, 9))
    let loader = try CropLoader(corpus, crop: crop, seed: 77)
    for step in 0..<40 {
      var key = FixedHash(seed: 77)
      key.combine(step)
      key.combine(3)
      var draws = RandomStream(chainedFrom: key)
      _ = draws.scaled(below: 1)
      let patches = corpus.takenPatches[draws.scaled(below: 2)]
      let patch = patches[draws.scaled(below: patches.count)]
      var origin = corpus.patches[patch].region.origin
      origin.z += draws.scaled(below: 20 - 13 + 1)
      origin.y += draws.scaled(below: 20 - 14 + 1)
      // The patch does not hold the margin along x.
      origin.x += draws.scaled(below: 20 - 7 + 1) - 9
      let found = loader.box(step: step, index: 3, margin: margin)
      #expect(found.patch == patch && found.box == Region(origin: origin, extent: crop + margin * 2))
    }
  }

  @Test func patchesOfMoreContrastAreDrawnMoreOften() throws {
    let corpus = try corpus([phantomVoxels(Extent(40, 40, 160), seed: 1)], patchEdge: 20, contrast: 8)
    let loader = try CropLoader(corpus, crop: Extent(8), choice: CropChoice(draw: .contrast), seed: 1)
    let again = try CropLoader(corpus, crop: Extent(8), choice: CropChoice(draw: .contrast), seed: 1)
    let count = 8000
    var drawn: [Int: Int] = [:]
    for step in 0..<count {
      let found = loader.box(step: step, index: 0)
      #expect(found == again.box(step: step, index: 0))
      drawn[found.patch, default: 0] += 1
    }
    let taken = corpus.takenPatches[0]
    let weights = taken.map { min(max(corpus.patches[$0].tailContrast, 2), 32) }
    let sum = weights.reduce(0, +)
    #expect(weights.max()! > 3 * weights.min()!)
    for (patch, weight) in zip(taken, weights) {
      let expected = weight / sum
      #expect(abs(Double(drawn[patch] ?? 0) / Double(count) - expected) < 5 * (expected / Double(count)).squareRoot())
    }
  }

  /// Brightness that rises by a fixed amount a micrometre is the same at the same place for any voxel size.
  @Test(arguments: [VoxelSize(2, 2, 2), VoxelSize(8, 4, 4), VoxelSize(4, 3, 2.5)])
  func cropsHaveTheVoxelSizeThatIsWanted(wanted: VoxelSize) throws {
    let extent = Extent(60, 100, 100)
    let voxels = VoxelBuffer(.uint16, extent)
    var place = 0
    Region(extent).forEachPosition { position in
      // 4 × 2 × 2 µm.
      voxels.voxels(as: UInt16.self)[place] = UInt16(1000 + 40 * position.z + 10 * position.y + 6 * position.x)
      place += 1
    }
    let corpus = try corpus([voxels], patchEdge: 60)
    let normalisation = corpus.manifest.sources[0].normalisation
    let crop = Extent(10, 12, 14)
    let loader = try CropLoader(corpus, crop: crop, choice: CropChoice(voxelSizeInMicrometres: wanted), seed: 4)
    for step in 0..<10 {
      let margin = Extent(1, 2, 0)
      let sample = try loader.crop(step: step, index: 0, margin: margin)
      let (patch, box) = loader.box(step: step, index: 0, margin: margin)
      #expect(sample.extent == crop + margin * 2)
      #expect(corpus.patches[patch].region.contains(box))
      #expect(sample.valid.allSatisfy { $0 == 1 })
      let stored = VoxelSize(4, 2, 2)
      var wrong = 0
      var index = 0
      Region(sample.extent).forEachPosition { position in
        // The centre of the voxel in those of the volume; the outermost may be mixed of fewer.
        let centre = (0..<3).map { axis in
          Double(box.origin[axis]) + (Double(position[axis]) + 0.5) * wanted[axis] / stored[axis] - 0.5
        }
        let value = 1000 + 40 * centre[0] + 10 * centre[1] + 6 * centre[2]
        let expected =
          (min(max(value, normalisation.lowerClip), normalisation.upperClip) - normalisation.mean)
          / normalisation.deviation
        let isInner = (0..<3).allSatisfy { (1..<(sample.extent[$0] - 1)).contains(position[$0]) }
        let isClipped = value < normalisation.lowerClip + 100 || value > normalisation.upperClip - 100
        if isInner, !isClipped, abs(Double(sample.voxels[index]) - expected) > 2e-3 { wrong += 1 }
        index += 1
      }
      #expect(wrong == 0)
    }
  }

  @Test func theVoxelSizeOfTheVolumeChangesNothing() throws {
    let corpus = try corpus([phantomVoxels(Extent(40), seed: 1)], patchEdge: 40)
    let usual = try CropLoader(corpus, crop: Extent(12), seed: 3)
    let same = try CropLoader(
      corpus, crop: Extent(12), choice: CropChoice(voxelSizeInMicrometres: VoxelSize(4, 2, 2)), seed: 3)
    let (a, b) = (
      try usual.crop(step: 1, index: 1, margin: Extent(3)), try same.crop(step: 1, index: 1, margin: Extent(3))
    )
    #expect(a.voxels == b.voxels && a.valid == b.valid && a.name == b.name)
  }

  @Test func whatCannotBeResampledIsRefused() throws {
    let corpus = try corpus([phantomVoxels(Extent(40), seed: 1)], patchEdge: 20)
    let wide = CropChoice(voxelSizeInMicrometres: VoxelSize(8, 8, 8))
    #expect { try CropLoader(corpus, crop: Extent(8), choice: wide, seed: 0) } throws: {
      ($0 as? Fault)?.kind == .usage && ($0 as? Fault)?.message.contains("16 × 32 × 32") == true
    }
    let path = scratch.file("unknown.npy")
    try writeArray(path, phantomVoxels(Extent(40), seed: 2))
    let unknown = try PatchCorpus.select(
      [SourceRequest(path)], path: scratch.file("second"),
      options: CorpusOptions(patchEdge: 20, thresholds: SignalThresholds(contrast: 0)), programVersion: "test",
      communicator: Communicator.world(), settings: JobSettings(threads: 1))
    #expect { try CropLoader(unknown, crop: Extent(8), choice: wide, seed: 0) } throws: {
      ($0 as? Fault)?.kind == .usage && ($0 as? Fault)?.message.contains("voxel-size:") == true
    }
  }

  private func writeArray(_ path: String, _ voxels: VoxelBuffer) throws {
    let header = "{'descr': '<u2', 'fortran_order': False, 'shape': (\(voxels.extent.text)), }"
    let padded = header + String(repeating: " ", count: 117 - header.count) + "\n"
    var data = Data([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, UInt8(padded.utf8.count), 0])
    data.append(contentsOf: padded.utf8)
    data.append(contentsOf: voxels.bytes[..<voxels.byteCount])
    try publish(data, to: path)
  }
}
