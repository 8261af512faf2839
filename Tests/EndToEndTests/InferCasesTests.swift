import Architectures
import Files
import Foundation
import Launching
import Networks
import PeerEnvironment
import Scratch
import TestTraits
import Testing
import Torch

/// `sheaf infer` for folders, patterns and lists of cases, and where what it writes lies in space.
@Suite struct InferCasesTests {
  @discardableResult
  private func sheaf(_ arguments: [String], ranks: Int = 0, code: Int32 = 0) throws -> Ending {
    let ending = try Running(launch(ranks: ranks, builtProgram("sheaf"), arguments)).wait()
    #expect(ending.code == code, "\(arguments): \(ending.errors)")
    return ending
  }

  private func saveModel(_ directory: String) throws -> [String] {
    let architecture = ArchitectureDescription(.extraSmall, classes: 2, deepSupervision: false)
    try createDirectory(directory)
    try Model.save(
      try ResidualEncoderUNet(architecture, seed: 11),
      ModelDescription(task: .segmentation, architecture: architecture, crop: [16, 16, 16]), inDirectory: directory)
    return ["--model", directory, "--threads", "1", "--device", "cpu", "--threshold", "0.45"]
  }

  /// Usage: directory. Cases of nnU-Net with one channel, and others with two; volumes of all formats in one folder.
  private static let program = #"""
    import pathlib, sys, warnings
    warnings.simplefilter("ignore")
    import nibabel, numpy as np, SimpleITK as sitk, tifffile
    root = pathlib.Path(sys.argv[1]); rng = np.random.default_rng(4)
    def volume(shape=(18, 25, 31)):
        v = rng.normal(120, 8, shape)
        for z, y, x in rng.integers((3, 3, 3), np.array(shape) - 3, (12, 3)): v[z-2:z+3, y-2:y+3, x-2:x+3] += 500
        return v.clip(0, 65535).astype("uint16")
    for name in ["imagesTs", "two", "mixed"]: (root / name).mkdir()
    affine = np.diag([.002, .002, .004, 1])
    for i in range(5): nibabel.save(nibabel.Nifti1Image(volume().T, affine), root / "imagesTs" / f"case_{i:03}_0000.nii.gz")
    for i in range(2):
        for c in range(2): nibabel.save(nibabel.Nifti1Image(volume().T, affine), root / "two" / f"c{i}_{c:04}.nii.gz")
    np.save(root / "mixed/a.npy", volume()); tifffile.imwrite(root / "mixed/b.tif", volume())
    sitk.WriteImage(sitk.GetImageFromArray(volume()), str(root / "mixed/c.nrrd"))
    (root / "mixed/notes.txt").write_text("no volume")
    """#

  @Test(.needsPeers) func everyCaseOfAFolderIsWritten() throws {
    let peers = try PeerEnvironment.required()
    let scratch = try ScratchDirectory()
    let directory = scratch.path
    _ = try peers.run(Self.program, arguments: [directory])
    let common = try saveModel("\(directory)/model")
    let reference = try sheaf(
      ["infer", "\(directory)/imagesTs", "-o", "\(directory)/alone", "--format", "nii.gz"] + common)
    #expect(reference.output.contains("case_004") && reference.output.contains("5 of 5 cases"))
    let names = (0..<5).map { "case_00\($0).nii.gz" }
    #expect(
      Set(try directoryEntries("\(directory)/alone")).subtracting([".sheaf", ".lock"]) == Set(names + ["cases.csv"]))
    // Any number of ranks; a pattern; and one after the other.
    for ranks in 1...3 {
      try sheaf(
        [
          "infer", ranks == 2 ? "\(directory)/imagesTs/*.nii.gz" : "\(directory)/imagesTs", "-o",
          "\(directory)/ranks\(ranks)", "--format", "nii.gz",
        ] + common, ranks: ranks)
      for name in names + ["cases.csv"] {
        #expect(
          try readWholeFile("\(directory)/ranks\(ranks)/\(name)") == readWholeFile("\(directory)/alone/\(name)"),
          "\(name)")
      }
    }
    try sheaf(["infer", "\(directory)/imagesTs/case_002_0000.nii.gz", "-o", "\(directory)/one.nii.gz"] + common)
    #expect(
      try readWholeFile("\(directory)/one.nii.gz") == readWholeFile("\(directory)/alone/case_002.nii.gz"))
    try sheaf(["verify", "\(directory)/alone"])
    // What is missing is done again, nothing else.
    let kept = FileStamp(of: "\(directory)/alone/case_000.nii.gz")
    try FileManager.default.removeItem(atPath: "\(directory)/alone/case_001.nii.gz")
    try sheaf(["infer", "\(directory)/imagesTs", "-o", "\(directory)/alone", "--format", "nii.gz"] + common)
    #expect(fileExists("\(directory)/alone/case_001.nii.gz"))
    #expect(FileStamp(of: "\(directory)/alone/case_000.nii.gz") == kept)
    // Several channels.
    let refused = try sheaf(
      ["infer", "\(directory)/two", "-o", "\(directory)/two-out", "--format", "mha"] + common, code: 64)
    #expect(refused.errors.contains("--channel"))
    try sheaf(
      ["infer", "\(directory)/two", "-o", "\(directory)/two-out", "--format", "mha", "--channel", "1"] + common)
    #expect(fileExists("\(directory)/two-out/c0.mha") && fileExists("\(directory)/two-out/c1.mha"))
    // All formats in one folder, as stores, and a list.
    let mixed = try sheaf(
      ["infer", "\(directory)/mixed", "-o", "\(directory)/mixed-out", "--format", "zarr"] + common, ranks: 2)
    #expect((mixed.output + mixed.errors).components(separatedBy: "mixed/notes.txt").count == 2, "\(mixed.errors)")
    for name in ["a", "b", "c"] { #expect(isDirectory("\(directory)/mixed-out/\(name).zarr/labels/objects")) }
    try Data("- {path: mixed/a.npy, name: first}\n- path: mixed/b.tif\n".utf8).write(
      to: URL(fileURLWithPath: "\(directory)/list.yaml"))
    try sheaf(
      [
        "infer", "\(directory)/list.yaml", "-o", "\(directory)/list-out", "--format", "tif", "--mask", "--labels",
      ] + common)
    #expect(
      Set(try directoryEntries("\(directory)/list-out")).isSuperset(of: [
        "first_mask.tif", "first_labels.tif", "b_mask.tif",
      ]))
  }

  /// A case of more voxels than are held in memory stops between tiles, and a later run goes on with its next block.
  @Test func aLargeCaseStopsSoonAndResumes() throws {
    let scratch = try ScratchDirectory()
    let directory = scratch.path
    let extent = (z: 64, y: 512, x: 540)
    #expect(extent.z * extent.y * extent.x > 1 << 24)
    var header = "{'descr': '|u1', 'fortran_order': False, 'shape': (\(extent.z), \(extent.y), \(extent.x)), }"
    header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
    var voxels = [UInt8](repeating: 0, count: extent.z * extent.y * extent.x)
    for index in voxels.indices { voxels[index] = 90 &+ UInt8(truncatingIfNeeded: (index &* 2_654_435_761) >> 16) % 60 }
    try createDirectory("\(directory)/cases")
    try publish(
      Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0, 118, 0]) + Data(header.utf8) + Data(voxels),
      to: "\(directory)/cases/large.npy")
    let architecture = ArchitectureDescription(features: [2, 3], blocks: [1, 1], classes: 2, deepSupervision: false)
    try createDirectory("\(directory)/model")
    try Model.save(
      try ResidualEncoderUNet(architecture, seed: 11),
      ModelDescription(task: .segmentation, architecture: architecture, crop: [32, 32, 32]),
      inDirectory: "\(directory)/model")
    func arguments(_ output: String) -> [String] {
      [
        "infer", "\(directory)/cases", "-o", "\(directory)/\(output)", "--format", "npy", "--probabilities", "--model",
        "\(directory)/model", "--threads", "1", "--device", "cpu", "--keep-background-tiles", "--overlap", "0.25",
        "--memory", "300MiB",
      ]
    }
    let work = "\(directory)/out/.sheaf/cases/large.zarr"
    let running = try Running(launch(ranks: 0, builtProgram("sheaf"), arguments("out")))
    let isReached = running.wait { fileCount(below: "\(work)/.sheaf/blocks") >= 2 }
    #expect(isReached)
    let start = Date()
    running.send(SIGTERM)
    let ending = running.wait()
    #expect(ending.code == 75 && ending.errors.contains("run the same command again to resume"), "\(ending.errors)")
    #expect(Date().timeIntervalSince(start) < 10)
    #expect(!fileExists("\(directory)/out/large.npy"))
    let resumed = try sheaf(arguments("out"))
    #expect(!resumed.errors.contains("infer: 0 of"), "\(resumed.errors)")
    try sheaf(arguments("alone"), ranks: 2)
    #expect(try readWholeFile("\(directory)/out/large.npy") == readWholeFile("\(directory)/alone/large.npy"))
    #expect(!fileExists(work))
  }

  @Test(.needsPeers) func aCorruptCaseIsSetAsideAndNamed() throws {
    let peers = try PeerEnvironment.required()
    let scratch = try ScratchDirectory()
    let directory = scratch.path
    _ = try peers.run(Self.program, arguments: [directory])
    let common = try saveModel("\(directory)/model")
    let damaged = "\(directory)/imagesTs/case_003_0000.nii.gz"
    let whole = try readWholeFile(damaged)
    try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: damaged))
    let command = ["infer", "\(directory)/imagesTs", "-o", "\(directory)/out", "--format", "mha"] + common
    for ranks in [0, 2] {
      let ending = try sheaf(command, ranks: ranks, code: 65)
      #expect(ending.errors.contains("1 of 5 cases was set aside") && ending.errors.contains("case_003"))
      #expect(ending.output.contains("4 of 5 cases"))
      #expect(!fileExists("\(directory)/out/case_003.mha") && fileExists("\(directory)/out/case_004.mha"))
    }
    try whole.write(to: URL(fileURLWithPath: damaged))
    try sheaf(command)
    #expect(fileExists("\(directory)/out/case_003.mha"))
  }

  /// Usage: directory. Images turned, mirrored and moved in space.
  private static let places = #"""
    import itertools, pathlib, sys, warnings
    warnings.simplefilter("ignore")
    import nibabel, numpy as np, SimpleITK as sitk, zarr
    root = pathlib.Path(sys.argv[1]); rng = np.random.default_rng(9); (root / "in").mkdir()
    v = lambda: rng.integers(90, 140, (17, 21, 26)).astype("uint16")
    def rotation(a, b, c):
        s = sitk.Euler3DTransform(); s.SetRotation(a, b, c); return np.array(s.GetMatrix()).reshape(3, 3)
    for i, (flip, turn) in enumerate([((1, 1, 1), (0, 0, 0)), ((-1, 1, 1), (0, 0, 0)), ((1, -1, -1), (.3, -.2, .7)), ((-1, -1, -1), (-1, .4, 2))]):
        A = np.eye(4); A[:3, :3] = rotation(*turn) @ np.diag(np.array(flip) * [.0018, .002, .004]); A[:3, 3] = [12.5, -7.25, 3.125]
        for form in ["sform", "qform", "both", "neither"]:
            n = nibabel.Nifti1Image(v().T, A); n.header.set_xyzt_units("mm")
            n.set_sform(A, code=2 if form in ("sform", "both") else 0); n.set_qform(A, code=1 if form in ("qform", "both") else 0)
            nibabel.save(n, root / "in" / f"n{i}{form}.nii.gz")
        s = sitk.GetImageFromArray(v()); s.SetSpacing((.0018, .002, .004)); s.SetOrigin((4.5, -3.25, 8)); s.SetDirection((rotation(*turn) @ np.diag(flip)).flatten())
        for e in ["mha", "nrrd"]: sitk.WriteImage(s, str(root / "in" / f"{e}{i}.{e}"))
    g = zarr.open_group(str(root / "in/z.zarr"), mode="w", zarr_format=2); w = v()
    g.create_array("0", shape=w.shape, dtype=w.dtype, chunks=w.shape)[...] = w
    g.attrs["multiscales"] = [{"version": "0.4", "axes": [{"name": n, "type": "space", "unit": "micrometer"} for n in "zyx"],
        "datasets": [{"path": "0", "coordinateTransformations": [{"type": "scale", "scale": [4, 2, 1.8]}, {"type": "translation", "translation": [100, 20, 30]}]}]}]
    """#

  private static let comparison = #"""
    import pathlib, sys, warnings
    warnings.simplefilter("ignore")
    import nibabel, numpy as np, SimpleITK as sitk, zarr
    root = pathlib.Path(sys.argv[1]); corners = [(0, 0, 0), (25, 0, 0), (0, 20, 0), (0, 0, 16), (25, 20, 16), (7, 11, 3)]
    def points(path):
        s = sitk.ReadImage(str(path)); return np.array([s.TransformIndexToPhysicalPoint(c) for c in corners])
    count = 0
    for image in sorted((root / "in").iterdir()):
        name = image.name.split(".")[0]
        for e in ["mha", "nii.gz"]:
            mask = root / f"out-{e}" / f"{name}.{e}"
            if image.suffix == ".zarr":
                want = np.array(corners) * [.0018, .002, .004] + [.03, .02, .1]
            else: want = points(image)
            if e == "nii.gz" and image.name.endswith("gz"):
                a, b = nibabel.load(image), nibabel.load(mask)
                assert np.array_equal(a.affine, b.affine), (name, a.affine, b.affine)
                for k in ["qform_code", "sform_code", "xyzt_units"]: assert a.header[k] == b.header[k], (name, k)
            if e == "nii.gz" and image.suffix == ".zarr": got = nibabel.affines.apply_affine(nibabel.load(mask).affine, corners)
            elif name.endswith("neither") and e == "mha": continue
            else: got = points(mask)
            assert np.abs(got - want).max() < 2e-6, (name, e, got, want); count += 1
    assert count > 40, count
    g = zarr.open_group(str(root / "out-zarr/z.zarr"), mode="r").attrs["ome"]["multiscales"][0]
    t = [d["coordinateTransformations"] for d in g["datasets"]]
    assert t[0][1]["translation"] == [100, 20, 30] and t[0][0]["scale"] == [4, 2, 1.8], t
    """#

  @Test(.needsPeers) func aMaskLiesWhereItsImageLies() throws {
    let peers = try PeerEnvironment.required()
    let scratch = try ScratchDirectory()
    let directory = scratch.path
    _ = try peers.run(Self.places, arguments: [directory])
    let common = try saveModel("\(directory)/model")
    for format in ["mha", "nii.gz", "zarr"] {
      try sheaf(["infer", "\(directory)/in", "-o", "\(directory)/out-\(format)", "--format", format] + common)
    }
    _ = try peers.run(Self.comparison, arguments: [directory])
  }

  /// Usage: directory. What is exported from stores lies where the images that were tiled lie.
  private static let storeComparison = #"""
    import pathlib, sys, warnings
    warnings.simplefilter("ignore")
    import nibabel, numpy as np, SimpleITK as sitk
    root = pathlib.Path(sys.argv[1]); count = 0
    for image in sorted(root.glob("in/*")):
        name = image.name.split(".")[0]
        if image.suffix == ".zarr" or name.endswith("neither"): continue
        for kind, corners in (("image", [(0, 0, 0), (25, 20, 16), (7, 11, 3)]), ("mask", [(0, 0, 0), (25, 20, 16)]), ("coarse", None)):
            for e in ["mha", "nii.gz"]:
                out = root / "exported" / f"{name}-{kind}.{e}"
                if not out.exists(): continue
                a, b = sitk.ReadImage(str(image)), sitk.ReadImage(str(out))
                if corners is None:  # Voxel (1, 1, 1) of level 1 stands for voxels 2 and 3 along every axis.
                    want, got = a.TransformContinuousIndexToPhysicalPoint((2.5, 2.5, 2.5)), b.TransformIndexToPhysicalPoint((1, 1, 1))
                    assert np.abs(np.array(want) - got).max() < 2e-6, (name, kind, e, got, want)
                else:
                    for c in corners: assert np.abs(np.array(a.TransformIndexToPhysicalPoint(c)) - b.TransformIndexToPhysicalPoint(c)).max() < 2e-6, (name, kind, e)
                if e == "nii.gz" and image.name.endswith("gz") and kind == "image":
                    assert np.array_equal(nibabel.load(image).affine, nibabel.load(out).affine), name
                    assert np.array_equal(nibabel.load(image).dataobj, nibabel.load(out).dataobj), name
                count += 1
    assert count >= 16, count
    """#

  @Test(.needsPeers) func whatIsExportedFromAStoreLiesWhereItsImageLay() throws {
    let peers = try PeerEnvironment.required()
    let scratch = try ScratchDirectory()
    let directory = scratch.path
    _ = try peers.run(Self.places, arguments: [directory])
    let common = try saveModel("\(directory)/model")
    try createDirectory("\(directory)/exported")
    for image in ["n2both.nii.gz", "n3qform.nii.gz", "n1sform.nii.gz", "mha2.mha", "nrrd3.nrrd", "mha1.mha"] {
      let name = String(image.prefix { $0 != "." })
      let (store, out) = ("\(directory)/\(name).zarr", "\(directory)/\(name)-i.zarr")
      try sheaf(["tile", "\(directory)/in/\(image)", store, "--chunk", "8", "--shard", "16"])
      try sheaf(["infer", store, out] + common)
      for ending in ["mha", "nii.gz"] {
        let exported = "\(directory)/exported/\(name)"
        try sheaf(["export", store, "\(exported)-image.\(ending)"])
        try sheaf(["export", out, "\(exported)-mask.\(ending)", "--labels", "objects"])
        try sheaf(["export", store, "\(exported)-coarse.\(ending)", "--level", "1"])
      }
    }
    _ = try peers.run(Self.storeComparison, arguments: [directory])
  }
}
