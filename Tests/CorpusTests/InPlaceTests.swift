import Corpus
import Files
import Foundation
import IntensityStatistics
import Jobs
import Launching
import MPI
import PeerEnvironment
import Scratch
import Testing
import Tiling
import VolumeFormats
import Voxels
import Zarr

/// Volumes of other programs as sources where they lie.
@Suite(.serialized, .needsPeers) struct InPlaceTests {
  private let scratch: ScratchDirectory
  private let options = CorpusOptions(patchEdge: 30, lowSignalShare: 0.3)

  /// One volume as tifffile, zarr-python, tensorstore and h5py write it.
  private static let writer = """
    import sys, os, numpy as np, tifffile, zarr, tensorstore as ts, h5py
    root = sys.argv[1]; os.chdir(root)
    rng = np.random.default_rng(5)
    v = rng.normal(100, 5, (70, 90, 100))
    v[:, :, 33:] = rng.normal(400, 20, (70, 90, 67))
    for z in range(20, 70, 40):
        for y in range(20, 90, 40): v[z-3:z+3, y-3:y+3, 72:78] += 900
    v = v.round().clip(0, 65535).astype('u2')
    os.mkdir('planes')
    for z, plane in enumerate(v): tifffile.imwrite(f'planes/z{z:03d}.tif', plane, rowsperstrip=7)
    tifffile.imwrite('stack.tif', v, photometric='minisblack', compression='zlib')
    two = np.stack([v[::-1], v])
    for version, name in ((2, 'two.ome.zarr'), (3, 'v3.ome.zarr')):
        g = zarr.open_group(name, mode='w', zarr_format=version)
        data = two if version == 2 else v
        a = g.create_array('0', shape=data.shape, chunks=((1,) if version == 2 else ()) + (32, 40, 50), dtype='u2'); a[:] = data
        axes = ([{'name': 'c', 'type': 'channel'}] if version == 2 else []) + [{'name': n, 'type': 'space', 'unit': 'micrometer'} for n in 'zyx']
        scale = ([1] if version == 2 else []) + [4, 2, 2]
        m = [{'version': '0.4', 'axes': axes, 'datasets': [{'path': '0', 'coordinateTransformations': [{'type': 'scale', 'scale': scale}]}]}]
        g.attrs.update({'multiscales': m} if version == 2 else {'ome': {'version': '0.5', 'multiscales': [{k: x for k, x in m[0].items() if k != 'version'}]}})
    t = ts.open({'driver': 'n5', 'kvstore': {'driver': 'file', 'path': root + '/volume.n5/'}, 'metadata': {'dimensions': [100, 90, 70],
        'blockSize': [50, 40, 32], 'dataType': 'uint16', 'axes': ['x', 'y', 'z'], 'compression': {'type': 'gzip'}}, 'create': True}).result()
    t[...] = v.T
    with h5py.File('volume.h5', 'w') as f: f.create_dataset('data', data=v, chunks=(16, 30, 50), compression='gzip')
    """

  init() throws {
    scratch = try ScratchDirectory()
    _ = try PeerEnvironment.required().run(Self.writer, arguments: [scratch.path])
  }

  private func select(
    _ name: String, _ requests: [SourceRequest], options: CorpusOptions? = nil,
    settings: JobSettings = JobSettings(threads: 2)
  ) throws -> PatchCorpus {
    try PatchCorpus.select(
      requests, path: scratch.file(name), options: options ?? self.options, programVersion: "test",
      communicator: Communicator.world(), settings: settings)
  }

  private func request(_ name: String) -> SourceRequest {
    var request = SourceRequest(scratch.file(name))
    request.structure = "vessels"
    if name.hasPrefix("two") { request.options.channel = 1 }
    return request
  }

  @Test func anyFormatInPlaceGivesTheCorpusOfItsStore() throws {
    let source = try openVolume(scratch.file("planes"))
    _ = try tile(
      source, to: scratch.file("tiled.zarr"), settings: TilingSettings(structure: "vessels"),
      resolved: ResolvedSettings(command: "tile", programVersion: "test"), job: JobSettings(threads: 2),
      memoryInBytes: 1 << 30, communicator: Communicator.world())
    let tiled = try select("tiled", [SourceRequest(scratch.file("tiled.zarr"))])
    let statistics = try readWholeFile(StoreStatistics.path(inStore: scratch.file("tiled.zarr")))
    #expect(tiled.takenCount > 3 && tiled.takenCount < tiled.patches.count)
    let places = (0..<6).map { ($0 / 2, $0 % 2) }
    let expected = try CropLoader(tiled, crop: Extent(16), seed: 3)
    for name in ["planes", "stack.tif", "two.ome.zarr", "v3.ome.zarr", "volume.n5", "volume.h5"] {
      let corpus = try select("of-" + name, [request(name)])
      let place = try #require(corpus.manifest.sources[0].place, "\(name)")
      #expect(try readWholeFile(joinPath(corpus.path, place.statistics)) == statistics, "\(name)")
      let alike = zip(corpus.patches, tiled.patches).allSatisfy { a, b in
        a.region == b.region && a.signalClass == b.signalClass && a.reason == b.reason
          && (a.key == b.key || name.hasPrefix("two"))
      }
      // The key holds the channel.
      #expect(corpus.patches.count == tiled.patches.count && (alike || name.hasPrefix("two")), "\(name)")
      let opened = try PatchCorpus.open(corpus.path)
      #expect(opened.manifest == corpus.manifest && opened.manifest.version == 2)
      try opened.requireUnchangedSources(JobSettings(threads: 1), Communicator.world())
      if name.hasPrefix("two") { continue }
      let loader = try CropLoader(opened, crop: Extent(16), seed: 3)
      for (step, index) in places {
        let (a, b) = (
          try loader.crop(step: step, index: index, margin: Extent(2)),
          try expected.crop(step: step, index: index, margin: Extent(2))
        )
        #expect(a.voxels == b.voxels && a.valid == b.valid, "\(name)")
      }
    }
  }

  @Test(arguments: [1, 2, 3])
  func ranksChangeNoByte(ranks: Int) throws {
    let options = CorpusOptions(patchEdge: 20, lowSignalShare: 0.3, seed: 5, isPacked: true)
    let sources = ["stack.tif", "v3.ome.zarr"].map(scratch.file)
    let alone = try select(
      "alone", sources.map { SourceRequest($0) }, options: options, settings: JobSettings(threads: 1))
    let ending = try Running(
      launch(
        ranks: ranks, builtProgram("corpus-probe"), [scratch.file("ranks"), scratch.file("ranks-nifti")] + sources)
    ).wait()
    #expect(ending.code == 0, "\(ending.errors)")
    #expect(try files(scratch.file("ranks")) == files(alone.path))
  }

  @Test func otherThresholdsReadNoVoxelAgain() throws {
    let first = try select("corpus", [request("stack.tif")])
    let other = CorpusOptions(
      patchEdge: 30, lowSignalShare: 0.3, thresholds: SignalThresholds(outsideSigmas: 5, contrast: 1000))
    let second = try select(
      "corpus", [request("stack.tif")], options: other, settings: JobSettings(threads: 1, overwrite: true))
    #expect(second.takenCount < first.takenCount)
    // There was no pass over the voxels.
    let journals = try directoryEntries(scratch.file("corpus/.sheaf")).filter { $0.hasSuffix(".journal") }
    #expect(journals == ["corpus.journal"])
    // Lost statistics are taken again, with the same result.
    let before = try files(second.path)
    try FileManager.default.removeItem(atPath: scratch.file("corpus/.sheaf/statistics"))
    _ = try select("corpus", [request("stack.tif")], options: other)
    let after = try files(second.path)
    for name in ["corpus.json", "patches.csv"] { #expect(after[name] == before[name]) }
    #expect(
      after.filter { $0.key.contains("statistics/") && !$0.key.hasSuffix(".files") }
        == before.filter { $0.key.contains("statistics/") && !$0.key.hasSuffix(".files") })
  }

  @Test func aChangedSourceIsNoticedAndATouchedOneIsNot() throws {
    let path = scratch.file("v3.ome.zarr")
    let corpus = try select("corpus", [request("v3.ome.zarr")])
    func check() throws {
      try PatchCorpus.open(corpus.path).requireUnchangedSources(JobSettings(threads: 2), Communicator.world())
    }
    let chunk = joinPath(path, "0/c/1/1/1")
    let bytes = try readWholeFile(chunk)
    try bytes.write(to: URL(fileURLWithPath: chunk))
    try check()
    _ = try PeerEnvironment.required().run(
      "import sys, zarr; a = zarr.open(sys.argv[1] + '/0'); a[40, 50, 60] = a[40, 50, 60] + 1", arguments: [path])
    let found = fault { try check() }
    #expect(found?.kind == .badData && found?.message.contains(path) == true, "\(found?.message ?? "no fault")")
    // The same command refuses to pretend that the corpus is of this volume, and makes it anew when asked to.
    let again = fault { _ = try select("corpus", [request("v3.ome.zarr")]) }
    #expect(
      again?.kind == .cannotCreate && again?.message.contains("other voxels") == true, "\(again?.message ?? "no fault")"
    )
    _ = try select("corpus", [request("v3.ome.zarr")], settings: JobSettings(threads: 1, overwrite: true))
    try check()
    try FileManager.default.removeItem(atPath: path)
    #expect(fault { try check() }?.kind == .noInput)
  }

  @Test func theSameVolumeTwiceIsTold() throws {
    let warnings = Warnings()
    var settings = JobSettings(threads: 2)
    settings.console = .silent(warnings)
    _ = try select("twice", [request("stack.tif"), request("v3.ome.zarr")], settings: settings)
    #expect(warnings.all.contains { $0.text.contains("hold the same voxels") }, "\(warnings.all)")
    let found = fault { _ = try select("same", [request("stack.tif"), request("stack.tif")]) }
    #expect(found?.kind == .usage && found?.message.contains("once") == true)
    try FileManager.default.createDirectory(atPath: scratch.file("other"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: scratch.file("stack.tif"), toPath: scratch.file("other/stack.tif"))
    let name = fault { _ = try select("same", [request("stack.tif"), request("other/stack.tif")]) }
    #expect(name?.kind == .usage && name?.message.contains("two sources have the name \"stack\"") == true)
  }

  @Test func limitsTakeTheSmallestKeys() throws {
    let all = try select("all", [request("stack.tif")])
    let some = try select(
      "some", [request("stack.tif")],
      options: CorpusOptions(patchEdge: 30, lowSignalShare: 0.3, maxPerVolume: 3, maxPerStructure: 2))
    let keys = all.patches.filter(\.isTaken).map(\.key).sorted()
    #expect(some.patches.filter(\.isTaken).map(\.key).sorted() == Array(keys.prefix(2)))
    #expect(some.patches.count { $0.reason == .overVolumeLimit } == all.takenCount - 3)
    #expect(some.patches.count { $0.reason == .overStructureLimit } == 1)
    #expect(some.manifest.structures[0].taken == 2 && some.manifest.structures[0].overLimit == all.takenCount - 2)
    #expect(some.summaryTable.contains("over limit"))
    #expect(try PatchCorpus.open(some.path).manifest == some.manifest)
  }
}
