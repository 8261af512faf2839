import Corpus
import Files
import Foundation
import IntensityStatistics
import Jobs
import Launching
import MPI
import Scratch
import Testing
import VolumeFormats
import Voxels
import Zarr

/// Corpora of small stores, end to end.
@Suite(.serialized) struct CorpusTests {
  private let scratch: ScratchDirectory
  private let stores: [String]
  private let extents = [Extent(41, 50, 130), Extent(45, 60, 121), Extent(7, 60, 100)]

  init() throws {
    scratch = try ScratchDirectory()
    stores = ["a.zarr", "b.zarr", "thin.zarr"].map { [scratch] in scratch.file($0) }
    for (number, store) in stores.enumerated() {
      try writeStore(
        store, phantomVoxels(extents[number], seed: UInt64(number)), structure: number == 1 ? "c-Fos cells" : "vessels",
        category: number == 1 ? "isolated-sparse" : "contiguous-dense")
    }
  }

  private func select(
    _ name: String, stores: [String]? = nil, options: CorpusOptions = CorpusOptions(patchEdge: 20, lowSignalShare: 0.3),
    settings: JobSettings = JobSettings(threads: 1)
  ) throws -> PatchCorpus {
    try PatchCorpus.select(
      (stores ?? self.stores).map { SourceRequest($0) }, path: scratch.file(name), options: options,
      programVersion: "test",
      communicator: Communicator.world(), settings: settings)
  }

  @Test func patchesAreJudgedAndWrittenDown() throws {
    let corpus = try select("corpus")
    let opened = try PatchCorpus.open(scratch.file("corpus"))
    #expect(opened.manifest == corpus.manifest)
    #expect(opened.patches == corpus.patches)
    #expect(corpus.manifest.sources.map(\.name) == ["b", "a", "thin"])
    // Every patch lies inside its volume, and together they cover it.
    for (number, source) in corpus.manifest.sources.enumerated() {
      let regions = corpus.patches.filter { $0.source == number }.map(\.region)
      #expect(regions.count == source.patchCount)
      #expect(regions.allSatisfy { Region(source.extent).contains($0) && $0.extent == source.patchExtent })
      #expect(abs(source.floor.mean - 100) < 3 && abs(source.floor.deviation - 5) < 1.5, "\(source.floor)")
      #expect(source.voxelSizeInMicrometres == VoxelSize(4, 2, 2))
    }
    #expect(corpus.manifest.sources[2].patchExtent == Extent(7, 20, 20))
    for patch in corpus.patches {
      let width = corpus.manifest.sources[patch.source].extent.x
      if patch.region.end.x + 15 < width / 3 { #expect(patch.signalClass == .outside) }
      if patch.signalClass == .outside { #expect(patch.isTaken == (patch.reason == .outsideRetained)) }
      if patch.signalClass == .signal { #expect(patch.isTaken && patch.region.end.x + 15 >= width / 3) }
    }
    for summary in corpus.manifest.structures {
      #expect(summary.outside > 0 && summary.lowSignal > 0 && summary.signal > 0, "\(summary)")
      #expect(summary.lowSignalKept == Int((0.3 * Double(summary.lowSignal)).rounded()))
    }
    #expect(corpus.takenCount == corpus.patches.count(where: \.isTaken))
    #expect(corpus.summaryTable.contains("c-Fos cells"))
    #expect(corpus.manifest.sources[0].path == "../b.zarr")
  }

  @Test func orderThreadsAndRestartsChangeNoByte() throws {
    let options = CorpusOptions(patchEdge: 20, lowSignalShare: 0.3, isPacked: true)
    _ = try select("one", options: options)
    let expected = try files(scratch.file("one"))
    _ = try select("two", stores: stores.reversed(), options: options, settings: JobSettings(threads: 3))
    var found = try files(scratch.file("two"))
    // Settings name the paths of their inputs.
    #expect(found.removeValue(forKey: ".sheaf/settings.json") != nil)
    #expect(found == expected.filter { $0.key != ".sheaf/settings.json" })
    _ = try select("one", options: options)
    #expect(try files(scratch.file("one")) == expected)
    // A corpus whose last files were lost is completed.
    try FileManager.default.removeItem(atPath: scratch.file("one/corpus.json"))
    #expect(throws: Fault.self) { try PatchCorpus.open(scratch.file("one")) }
    _ = try select("one", options: options)
    #expect(try files(scratch.file("one")) == expected)
  }

  @Test(arguments: [1, 2, 3])
  func ranksChangeNoByte(ranks: Int) throws {
    let alone = try select(
      "alone", options: CorpusOptions(patchEdge: 20, lowSignalShare: 0.3, seed: 5, isPacked: true))
    try alone.exportNIfTI(
      to: scratch.file("alone-nifti"), programVersion: "test", communicator: Communicator.world(),
      settings: JobSettings(threads: 1))
    let ending = try Running(
      launch(
        ranks: ranks, builtProgram("corpus-probe"), [scratch.file("ranks"), scratch.file("ranks-nifti")] + stores)
    ).wait()
    #expect(ending.code == 0, "\(ending.errors)")
    #expect(try files(scratch.file("ranks")) == files(scratch.file("alone")))
    let exported = try files(scratch.file("ranks-nifti")).filter { !$0.key.hasPrefix(".sheaf") }
    #expect(try exported == files(scratch.file("alone-nifti")).filter { !$0.key.hasPrefix(".sheaf") })
    #expect(exported.count == alone.takenCount)
  }

  @Test func storesThatCannotBeUsedAreRefused() throws {
    let unfinished = scratch.file("unfinished.zarr")
    try writeStore(unfinished, phantomVoxels(Extent(20), seed: 9), isFinished: false)
    #expect { try select("x", stores: [unfinished]) } throws: { ($0 as? Fault)?.kind == .badData }
    #expect { try select("x", stores: [scratch.file("nothing")]) } throws: { ($0 as? Fault)?.kind == .noInput }
    #expect { try select("x", stores: []) } throws: { ($0 as? Fault)?.kind == .usage }
    #expect { try select("x", stores: [stores[0], stores[0] + "/"]) } throws: { ($0 as? Fault)?.kind == .usage }
    #expect(!fileExists(scratch.file("x")))
    for options in [
      CorpusOptions(patchEdge: 0), CorpusOptions(lowSignalShare: 1.5), CorpusOptions(lowSignalShare: .nan),
      CorpusOptions(lowSignalShare: 1, lowSignalOf: .corpus), CorpusOptions(outsideShare: 1),
      CorpusOptions(thresholds: SignalThresholds(contrast: .infinity)),
    ] {
      #expect { try select("x", options: options) } throws: { ($0 as? Fault)?.kind == .usage }
    }
  }

  @Test func anotherOutputIsLeftAlone() throws {
    try createDirectory(scratch.file("theirs"))
    try publish("mine", to: scratch.file("theirs/notes.txt"))
    #expect { try select("theirs") } throws: { ($0 as? Fault)?.kind == .cannotCreate }
    #expect(try files(scratch.file("theirs")) == ["notes.txt": Data("mine".utf8)])
    _ = try select("ours")
    let other = CorpusOptions(patchEdge: 20, lowSignalShare: 0.4)
    #expect { try select("ours", options: other) } throws: { ($0 as? Fault)?.kind == .cannotCreate }
    let replaced = try select("ours", options: other, settings: JobSettings(threads: 1, overwrite: true))
    #expect(try PatchCorpus.open(scratch.file("ours")).manifest == replaced.manifest)
  }

  @Test func aPackedCorpusNeedsItsStoresNoMore() throws {
    let linked = try select("linked")
    let packed = try select("packed", options: CorpusOptions(patchEdge: 20, lowSignalShare: 0.3, isPacked: true))
    let (crop, margin) = (Extent(12), Extent(2))
    let places = (0..<20).map { ($0 / 4, $0 % 4) }
    let loader = try CropLoader(linked, crop: crop, seed: 3)
    let expected = try places.map { try loader.crop(step: $0.0, index: $0.1, margin: margin) }
    try FileManager.default.moveItem(atPath: scratch.file("packed"), toPath: scratch.file("moved"))
    for store in stores { try FileManager.default.removeItem(atPath: store) }
    let moved = try CropLoader(PatchCorpus.open(scratch.file("moved")), crop: crop, seed: 3)
    for (place, crop) in zip(places, expected) {
      let found = try moved.crop(step: place.0, index: place.1, margin: margin)
      #expect(found.voxels == crop.voxels && found.valid == crop.valid && found.name == crop.name)
    }
    for source in packed.manifest.sources {
      let store = try Store.open(scratch.file("moved/" + source.packedPath!))
      // One file a patch.
      #expect(store.isFinished && store.levels[0].shards.count == source.takenCount)
    }
    #expect { try CropLoader(linked, crop: crop, seed: 3).crop(step: 0, index: 0, margin: margin) } throws: {
      ($0 as? Fault)?.kind == .noInput
    }
  }

  @Test func exportedPatchesHoldTheVolumesVoxels() throws {
    let corpus = try select("corpus")
    try corpus.exportNIfTI(
      to: scratch.file("nifti"), programVersion: "test", communicator: Communicator.world(),
      settings: JobSettings(threads: 2))
    let names = try files(scratch.file("nifti")).keys.filter { $0.hasSuffix(".nii.gz") }
    #expect(names.count == corpus.takenCount)
    for patch in corpus.takenPatches.compactMap(\.first) {
      let record = corpus.patches[patch]
      let name = corpus.exportName(ofPatch: patch)
      #expect(names.contains(name))
      #expect(
        name.hasSuffix("_structures/\(record.source == 0 ? "c-Fos_cells" : "vessels")/patchvolume_\(patch).nii.gz"))
      #expect(name.hasPrefix(record.source == 0 ? "isolated" : "contiguous"))
      let volume = try openVolume(scratch.file("nifti/" + name))
      #expect(volume.description.extent == record.region.extent)
      let voxels = VoxelBuffer(.uint16, record.region.extent)
      try volume.read(Region(record.region.extent), into: voxels, at: .zero)
      let stored = try Store.open(corpus.storePath(corpus.manifest.sources[record.source])).levels[0].read(
        record.region)
      #expect(voxels.array(of: UInt16.self) == stored.array(of: UInt16.self))
    }
  }
}
