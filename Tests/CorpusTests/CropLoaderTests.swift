import Corpus
import Files
import Foundation
import IntensityStatistics
import Jobs
import MPI
import Scratch
import Testing
import Voxels
import Zarr

/// Crops of small corpora.
@Suite(.serialized) struct CropLoaderTests {
  private let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  /// A corpus of one store a volume, all patches in it.
  private func corpus(
    _ volumes: [(name: String, structure: String, voxels: VoxelBuffer)], patchEdge: Int
  ) throws -> PatchCorpus {
    for volume in volumes {
      try writeStore(scratch.file(volume.name + ".zarr"), volume.voxels, structure: volume.structure)
    }
    return try PatchCorpus.select(
      volumes.map { SourceRequest(scratch.file($0.name + ".zarr")) }, path: scratch.file("corpus"),
      options: CorpusOptions(
        patchEdge: patchEdge, lowSignalShare: 1, thresholds: SignalThresholds(contrast: 0)),
      programVersion: "test", communicator: Communicator.world(), settings: JobSettings(threads: 1))
  }

  private func phantom(_ extent: Extent, _ seed: UInt64 = 1) -> VoxelBuffer { phantomVoxels(extent, seed: seed) }

  @Test func aCropHoldsTheVolumesVoxels() throws {
    let voxels = phantom(Extent(40, 45, 70))
    let corpus = try corpus([("a", "vessels", voxels)], patchEdge: 30)
    let normalisation = corpus.manifest.sources[0].normalisation
    let expected = normalisation.apply(to: voxels)
    for (crop, margin) in [(Extent(10), Extent(0)), (Extent(8, 10, 12), Extent(2, 3, 4)), (Extent(28), Extent(6))] {
      let loader = try CropLoader(corpus, crop: crop, seed: 6)
      let read = crop + margin * 2
      for index in 0..<30 {
        let (number, box) = loader.box(step: index / 4, index: index % 4, margin: margin)
        let sample = try loader.crop(step: index / 4, index: index % 4, margin: margin)
        let patch = corpus.patches[number].region
        #expect(sample.extent == read && box.extent == read)
        #expect(sample.name == "a at \(box.origin)")
        #expect(patch.contains(Region(origin: box.origin + margin, extent: crop)))
        if (0..<3).allSatisfy({ read[$0] <= 30 }) { #expect(patch.contains(box)) }
        var wrong = 0
        var place = 0
        box.forEachPosition { position in
          let isInside = patch.contains(position)
          let value = isInside ? expected[voxels.extent.index(of: position)] : Float(normalisation.background)
          if sample.voxels[place] != value || sample.valid[place] != (isInside ? 1 : 0) { wrong += 1 }
          place += 1
        }
        #expect(wrong == 0)
      }
    }
  }

  @Test func samplesAreAFunctionOfSeedStepAndIndex() throws {
    let corpus = try corpus([("a", "vessels", phantom(Extent(40)))], patchEdge: 20)
    let loader = try CropLoader(corpus, crop: Extent(8), seed: 11)
    let again = try CropLoader(corpus, crop: Extent(8), seed: 11)
    let other = try CropLoader(corpus, crop: Extent(8), seed: 12)
    var differing = 0
    for step in [0, 1, 5, 1_000_000] {
      for index in 0..<4 {
        let (first, second) = (loader.box(step: step, index: index), again.box(step: step, index: index))
        #expect(first == second)
        if other.box(step: step, index: index) != first { differing += 1 }
      }
    }
    #expect(differing > 12)
    // Fixed for all time: a run resumed with a later version sees the same samples.
    #expect(loader.box(step: 3, index: 2).patch < corpus.patches.count)
  }

  @Test func structuresThenVolumesThenPatchesAreUniform() throws {
    let corpus = try corpus(
      [
        ("a", "vessels", phantom(Extent(20, 20, 200), 1)), ("b", "vessels", phantom(Extent(20, 20, 30), 2)),
        ("c", "nuclei", phantom(Extent(20, 20, 60), 3)),
      ], patchEdge: 20)
    let loader = try CropLoader(corpus, crop: Extent(8), seed: 1)
    var perSource = [Int](repeating: 0, count: 3)
    var perPatch: [Int: Int] = [:]
    let count = 6000
    for index in 0..<count {
      let patch = loader.box(step: index, index: 0).patch
      perSource[corpus.patches[patch].source] += 1
      perPatch[patch, default: 0] += 1
    }
    for (number, source) in corpus.manifest.sources.enumerated() {
      let share = Double(perSource[number]) / Double(count)
      #expect(abs(share - (source.structure == "nuclei" ? 0.5 : 0.25)) < 0.03)
      for patch in corpus.takenPatches[number] {
        let share = Double(perPatch[patch] ?? 0) / Double(perSource[number])
        #expect(abs(share - 1 / Double(source.takenCount)) < 0.05)
      }
    }
  }

  @Test func thinVolumesArePaddedAndSaturationIsNotValid() throws {
    let voxels = phantom(Extent(7, 40, 60))
    for x in 20..<24 { voxels.voxels(as: UInt16.self)[voxels.extent.index(of: Coordinate(3, 30, x))] = 65_535 }
    let corpus = try corpus([("thin", "vessels", voxels)], patchEdge: 20)
    let loader = try CropLoader(corpus, crop: Extent(16), seed: 2)
    var saturated = 0
    for index in 0..<20 {
      let sample = try loader.crop(step: 0, index: index, margin: Extent(0))
      let box = loader.box(step: 0, index: index).box
      // (16 − 7) / 2 planes of padding before the patch.
      #expect(box.origin.z == -4)
      var place = 0
      box.forEachPosition { position in
        let isInside = Region(voxels.extent).contains(position)
        let isSaturated =
          isInside && voxels.voxels(as: UInt16.self)[voxels.extent.index(of: position)] == 65_535
        if isSaturated { saturated += 1 }
        if sample.valid[place] != (isInside && !isSaturated ? 1 : 0) { Issue.record("at \(position)") }
        place += 1
      }
    }
    #expect(saturated > 0)
  }

  @Test func cropsLargerThanPatchesAreRefused() throws {
    let corpus = try corpus([("a", "vessels", phantom(Extent(8, 40, 40)))], patchEdge: 20)
    #expect { try CropLoader(corpus, crop: Extent(21), seed: 0) } throws: {
      ($0 as? Fault)?.kind == .usage
    }
    _ = try CropLoader(corpus, crop: Extent(30, 20, 20), seed: 0)
  }

  @Test func anEmptyCorpusIsRefused() throws {
    let store = scratch.file("dark.zarr")
    var numbers = SeededNumbers(seed: 1)
    let noise = (0..<8000).map { _ in UInt16(100 + 3 * numbers.normal()) }
    try writeStore(store, VoxelBuffer(Extent(20), noise))
    let corpus = try PatchCorpus.select(
      [SourceRequest(store)], path: scratch.file("corpus"), options: CorpusOptions(patchEdge: 10),
      programVersion: "test",
      communicator: Communicator.world(), settings: JobSettings(threads: 1))
    #expect(corpus.takenCount == 0)
    #expect { try CropLoader(corpus, crop: Extent(4), seed: 0) } throws: {
      ($0 as? Fault)?.kind == .badData
    }
  }

  @Test func aReadErrorNamesTheChunkAndNothingIsPutInItsPlace() throws {
    let corpus = try corpus([("a", "vessels", phantom(Extent(40)))], patchEdge: 40)
    let store = scratch.file("a.zarr")
    let array = try Store.open(store).levels[0]
    let shard = array.shardPath(at: .zero)
    var bytes = try readWholeFile(shard)
    for index in stride(from: 100, to: bytes.count - 2000, by: 50) { bytes[index] ^= 0x55 }
    try publish(bytes, to: shard)
    let loader = try CropLoader(corpus, crop: Extent(30), seed: 1)
    func isNamed(_ error: any Error) -> Bool {
      guard let fault = error as? Fault else { return false }
      return fault.kind == .badData && fault.message.contains(shard) && fault.message.contains("chunk")
    }
    #expect { try loader.crop(step: 0, index: 0, margin: Extent(0)) } throws: { isNamed($0) }
  }
}
