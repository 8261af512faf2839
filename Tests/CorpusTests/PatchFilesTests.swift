import Corpus
import Files
import Foundation
import Jobs
import Launching
import MPI
import PeerEnvironment
import Scratch
import Testing
import VolumeFormats
import Voxels
import Zarr

/// Directories of patches, as Task 1 of SELMA3D hands them out.
@Suite(.serialized, .needsPeers) struct PatchFilesTests {
  private let scratch: ScratchDirectory

  /// Volumes cut into patches of 48³: nuclei as float64 NIfTI, vessels as MetaImage, axons as NumPy and TIFF.
  private static let writer = """
    import sys, os, csv, numpy as np, nibabel as nib, SimpleITK as sitk, tifffile
    os.chdir(sys.argv[1])
    rng = np.random.default_rng(5)
    def volume(seed):
        v = rng.normal(100, 5, (96, 96, 144))
        v[:, :, 48:] = rng.normal(400, 20, (96, 96, 96))
        v[10:18, 10:18, 100:108] += 900; v[55:63, 55:63, 100:108] += 900
        return v.round().clip(0, 65535).astype('u2')
    rows = []
    def cut(v, directory, save, source, k):
        os.makedirs(directory, exist_ok=True)
        for z in (0, 48):
            for y in (0, 48):
                for x in (0, 48, 96):
                    n = save(f'{directory}/patchvolume_{k:02d}', v[z:z+48, y:y+48, x:x+48]); rows.append((n, source)); k += 1
        return k
    def nii(n, p):
        im = nib.Nifti1Image(p.astype('f8').T, np.diag([2, 2, 4, 1])); im.header.set_xyzt_units('micron')
        nib.save(im, n + '.nii.gz'); return n + '.nii.gz'
    def mha(n, p): sitk.WriteImage(sitk.GetImageFromArray(p), n + '.mha', True); return n + '.mha'
    def npy(n, p): np.save(n + '.npy', p.astype('f4') + .25); return n + '.npy'
    def tif(n, p): tifffile.imwrite(n + '.tif', p, photometric='minisblack'); return n + '.tif'
    a, b = volume(1), volume(2)
    k = cut(a, 'task1/isolated_structures/c-Fos cells', nii, 'brain a', 0)
    cut(b, 'task1/isolated_structures/c-Fos cells', nii, 'brain b', k)
    cut(volume(3), 'task1/contiguous_structures/blood vessels', mha, 'brain c', 0)
    cut(volume(4), 'loose/axons', npy, 'brain d', 0)
    cut(volume(5), 'stacks', tif, 'brain e', 0)
    np.save('a.npy', a)
    csv.writer(open('volumes.csv', 'w')).writerows([('patch', 'volume')] + rows)
    """

  init() throws {
    scratch = try ScratchDirectory()
    _ = try PeerEnvironment.required().run(Self.writer, arguments: [scratch.path])
  }

  private func select(
    _ name: String, _ requests: [SourceRequest], options: CorpusOptions = CorpusOptions(lowSignalShare: 0.3),
    settings: JobSettings = JobSettings(threads: 2)
  ) throws -> PatchCorpus {
    try PatchCorpus.select(
      requests, path: scratch.file(name), options: options, programVersion: "test",
      communicator: Communicator.world(), settings: settings)
  }

  private func request(_ name: String, list: Bool = false) -> SourceRequest {
    var request = SourceRequest(scratch.file(name))
    if list { request.fileList = scratch.file("volumes.csv") }
    return request
  }

  @Test func pathsTellStructureAndCategoryAndFilesArePatches() throws {
    let corpus = try select("corpus", [request("task1")])
    let sources = corpus.manifest.sources
    #expect(sources.map(\.structure) == ["blood vessels", "c-Fos cells"])
    #expect(sources.map(\.category) == ["contiguous", "isolated"])
    #expect(sources.map(\.patchCount) == [12, 24])
    // Whole numbers in floating point are what the microscope recorded.
    #expect(sources.map(\.voxelType) == [.uint16, .uint16])
    #expect(sources[1].place?.patches?.storedType == .float32)
    #expect(sources[1].voxelSizeInMicrometres == VoxelSize(4, 2, 2))
    for patch in corpus.patches {
      // The dark third of each volume, its tissue and its bright cells.
      let number = Int(patch.file!.split(separator: "_").last!.prefix(2))! % 12
      let expected = number % 3 == 0 ? "outside" : [2, 11].contains(number) ? "signal" : "low-signal"
      #expect(patch.signalClass.rawValue == expected, "\(patch.file!)")
    }
    let opened = try PatchCorpus.open(corpus.path)
    #expect(opened.manifest == corpus.manifest && opened.patches == corpus.patches)
    let found = try PatchReader(opened)
    for index in opened.patches.indices where opened.patches[index].isTaken {
      let file = joinPath(scratch.file("task1"), opened.patches[index].file!)
      let voxels = try openVolume(file).readAll()
      let expected =
        voxels.type == .float32 ? voxels.array(of: Float.self).map { UInt16($0) } : voxels.array(of: UInt16.self)
      #expect(try found.read(patch: index).array(of: UInt16.self) == expected)
    }
  }

  @Test func theFileListTellsTheVolumes() throws {
    let corpus = try select("corpus", [request("task1", list: true)])
    #expect(
      corpus.manifest.sources.map(\.name) == [
        "blood vessels-brain c", "c-Fos cells-brain a", "c-Fos cells-brain b",
      ])
    #expect(corpus.manifest.sources.map(\.patchCount) == [12, 12, 12])
    try publish("image,where\na,b\n", to: scratch.file("bad.csv"))
    var bad = request("task1")
    bad.fileList = scratch.file("bad.csv")
    let found = fault { _ = try select("bad", [bad]) }
    #expect(found?.kind == .badData && found?.message.contains("column patch") == true, "\(found?.message ?? "")")
  }

  @Test func packedPatchesAreTheFiles() throws {
    let options = CorpusOptions(lowSignalShare: 0.5)
    var packed = options
    packed.isPacked = true
    let sources = [request("task1"), request("loose"), request("stacks")]
    let (a, b) = (try select("linked", sources, options: options), try select("packed", sources, options: packed))
    #expect(a.manifest.sources.map(\.structure) == ["axons", "blood vessels", "c-Fos cells", "unspecified"])
    #expect(a.manifest.sources.map(\.voxelType) == [.float32, .uint16, .uint16, .uint16])
    #expect(a.patches == b.patches)
    let linked = try CropLoader(a, crop: Extent(24), seed: 1)
    let places = (0..<24).map { ($0 / 4, $0 % 4) }
    let crops = try places.map { try linked.crop(step: $0.0, index: $0.1, margin: Extent(3)) }
    for name in ["task1", "loose", "stacks"] { try FileManager.default.removeItem(atPath: scratch.file(name)) }
    let copies = try CropLoader(PatchCorpus.open(b.path), crop: Extent(24), seed: 1)
    for (place, crop) in zip(places, crops) {
      let found = try copies.crop(step: place.0, index: place.1, margin: Extent(3))
      #expect(found.voxels == crop.voxels && found.valid == crop.valid && found.name == crop.name)
    }
    try PatchCorpus.open(b.path).requireUnchangedSources(JobSettings(threads: 1), Communicator.world())
  }

  @Test func compressedPatchesAreDecodedOnce() throws {
    let corpus = try select("corpus", [request("task1")])
    let patches = corpus.takenPatches[1]
    let (kept, forgotten) = (try PatchReader(corpus), try PatchReader(corpus, cacheInBytes: 0))
    #expect(kept.cacheInBytes == corpus.takenCount * 48 * 48 * 48 * 2)
    let one = 48 * 48 * 48 * 2
    let last = try PatchReader(corpus, cacheInBytes: 2 * one)
    func read(_ patch: Int, _ reader: PatchReader) throws -> [UInt16] {
      let buffer = VoxelBuffer(.uint16, Extent(9, 12, 15))
      let origin = corpus.patches[patch].region.origin + Coordinate(20, 3, 30)
      try reader.read(
        Region(origin: origin, extent: Extent(7, 8, 9)), ofPatch: patch, into: buffer, at: Coordinate(1, 2, 3))
      return buffer.array(of: UInt16.self)
    }
    for patch in patches {
      let whole = try forgotten.read(patch: patch)
      let expected = VoxelBuffer(.uint16, Extent(9, 12, 15))
      expected.copy(Region(origin: Coordinate(20, 3, 30), extent: Extent(7, 8, 9)), of: whole, to: Coordinate(1, 2, 3))
      for reader in [kept, forgotten, last] { #expect(try read(patch, reader) == expected.array(of: UInt16.self)) }
    }
    let before = try patches.map { try read($0, kept) }
    try FileManager.default.removeItem(atPath: scratch.file("task1"))
    // From memory: all of them, none, and the two that were read last.
    #expect(try patches.map { try read($0, kept) } == before)
    for patch in patches { #expect(throws: Fault.self) { try read(patch, forgotten) } }
    for patch in patches.suffix(2) { #expect(try read(patch, last).count == 9 * 12 * 15) }
    for patch in patches.dropLast(2) { #expect(throws: Fault.self) { try read(patch, last) } }
  }

  @Test(arguments: [1, 2, 3])
  func ranksChangeNoByte(ranks: Int) throws {
    let options = CorpusOptions(patchEdge: 20, lowSignalShare: 0.3, seed: 5, isPacked: true)
    let alone = try select("alone", [request("task1")], options: options, settings: JobSettings(threads: 1))
    let ending = try Running(
      launch(
        ranks: ranks, builtProgram("corpus-probe"),
        [scratch.file("ranks"), scratch.file("ranks-nifti"), scratch.file("task1")])
    ).wait()
    #expect(ending.code == 0, "\(ending.errors)")
    #expect(try files(scratch.file("ranks")) == files(alone.path))
    let exported = try files(scratch.file("ranks-nifti")).keys.filter { $0.hasSuffix(".nii.gz") }
    #expect(exported.count == alone.takenCount)
    // As the field's readers see them: the integers of the volume.
    _ = try PeerEnvironment.required().run(
      """
      import sys, glob, numpy as np, nibabel as nib, SimpleITK as sitk
      names = glob.glob(sys.argv[1] + '/*_structures/*/*.nii.gz')
      assert names
      for n in names:
          a, b = np.asarray(nib.load(n).dataobj), sitk.GetArrayFromImage(sitk.ReadImage(n))
          assert a.dtype == b.dtype == np.uint16 and (a.T == b).all(), n
      """, arguments: [scratch.file("ranks-nifti")])
  }

  @Test func aDamagedPatchIsSetAside() throws {
    let whole = try select("whole", [request("task1")])
    let directory = scratch.file("task1/isolated_structures/c-Fos cells")
    let bytes = try readWholeFile(joinPath(directory, "patchvolume_02.nii.gz"))
    // One file ends early, one has no header.
    try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: joinPath(directory, "patchvolume_02.nii.gz")))
    try Data("no volume at all".utf8).write(to: URL(fileURLWithPath: joinPath(directory, "patchvolume_05.nii.gz")))
    let corpus = try select("corpus", [request("task1")])
    let damaged = try #require(corpus.manifest.sources[1].place?.patches?.damaged)
    #expect(damaged.map { $0.file.suffix(21) } == ["patchvolume_02.nii.gz", "patchvolume_05.nii.gz"])
    #expect(corpus.manifest.sources[1].patchCount == 22 && corpus.patches.count == whole.patches.count - 2)
    let end = try #require(corpus.damage)
    #expect(end.kind == .badData && end.message.contains("2 patches") && end.message.contains("patchvolume_02"))
    #expect(try PatchCorpus.open(corpus.path).damage?.message == end.message)
    // The others are chosen as if nothing had happened.
    let keys = Dictionary(uniqueKeysWithValues: whole.patches.map { ($0.file!, $0.key) })
    #expect(corpus.patches.allSatisfy { keys[$0.file!] == $0.key })
    try PatchCorpus.open(corpus.path).requireUnchangedSources(JobSettings(threads: 2), Communicator.world())
  }

  @Test func differentTypesAreRefusedAndDifferentSizesTold() throws {
    _ = try PeerEnvironment.required().run(
      """
      import sys, numpy as np, SimpleITK as sitk
      d = sys.argv[1] + '/task1/contiguous_structures/blood vessels/'
      p = sitk.GetArrayFromImage(sitk.ReadImage(d + 'patchvolume_02.mha'))
      sitk.WriteImage(sitk.GetImageFromArray(p[:25, :30]), d + 'patchvolume_90.mha')
      """, arguments: [scratch.path])
    let warnings = Warnings()
    var settings = JobSettings(threads: 2)
    settings.console = .silent(warnings)
    let corpus = try select("sizes", [request("task1")], settings: settings)
    #expect(warnings.all.contains { $0.text.contains("different sizes") && $0.text.contains("patchvolume_90") })
    #expect(try PatchCorpus.open(corpus.path).patches == corpus.patches)
    _ = try PeerEnvironment.required().run(
      """
      import sys, numpy as np, SimpleITK as sitk
      d = sys.argv[1] + '/task1/contiguous_structures/blood vessels/'
      sitk.WriteImage(sitk.GetImageFromArray(np.zeros((40, 40, 40), 'u1')), d + 'patchvolume_91.mha')
      """, arguments: [scratch.path])
    let found = fault { _ = try select("types", [request("task1")]) }
    #expect(found?.kind == .badData && found?.message.contains("uint8") == true, "\(found?.message ?? "no fault")")
  }

  @Test func patchesThatRepeatAVolumeAreTold() throws {
    let warnings = Warnings()
    var settings = JobSettings(threads: 2)
    settings.console = .silent(warnings)
    _ = try select(
      "both", [request("task1", list: true), request("a.npy")], options: CorpusOptions(patchEdge: 48),
      settings: settings)
    #expect(
      warnings.all.contains { $0.text.contains("repeat patches of") && $0.text.contains("brain a") }, "\(warnings.all)")
  }
}
