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
import Voxels
import Zarr

/// `sheaf infer` on what other programs write, without a store: the same voxels as from the store, on any number of ranks.
@Suite struct InferAnyVolumeTests {
  /// Usage: directory. The same volume as h5py, tifffile, zarr-python, tensorstore, nibabel and SimpleITK write it.
  private static let program = #"""
    import pathlib, sys, warnings
    warnings.simplefilter("ignore")
    import h5py, nibabel, nrrd, numpy as np, SimpleITK as sitk, tensorstore as ts, tifffile, zarr
    root = pathlib.Path(sys.argv[1]); rng = np.random.default_rng(8)
    v = rng.normal(120, 8, (40, 72, 88))
    for z, y, x in rng.integers((4, 4, 4), (36, 68, 84), (60, 3)): v[z-2:z+3, y-2:y+3, x-3:x+4] += rng.uniform(60, 900)
    v = v.clip(0, 65535).astype("uint16")
    np.save(root / "v.npy", v)
    (root / "planes").mkdir()
    for z in range(40): tifffile.imwrite(root / "planes" / f"s_{z:03}.tif", v[z], compression="deflate", rowsperstrip=7)
    with h5py.File(root / "v.ims", "w") as f:
        g = f.create_group("DataSet/ResolutionLevel 0/TimePoint 0/Channel 0")
        d = g.create_dataset("Data", shape=(48, 80, 96), chunks=(16, 16, 32), dtype="uint16", compression="gzip"); d[:40, :72, :88] = v
        text = lambda s: np.array([c.encode() for c in s], "S1")
        for n, s in zip("ZYX", v.shape): g.attrs[f"ImageSize{n}"] = text(str(s))
        i = f.create_group("DataSetInfo/Image")
        for a, (n, e) in enumerate([("X", 88 * 2), ("Y", 72 * 2), ("Z", 40 * 4)]):
            i.attrs[n] = text(str(v.shape[2 - a])); i.attrs[f"ExtMin{a}"] = text("0"); i.attrs[f"ExtMax{a}"] = text(str(e))
        i.attrs["Unit"] = text("um")
    a = zarr.open_group(str(root / "v.ome.zarr"), mode="w", zarr_format=2)
    a.create_array("0", shape=v.shape, dtype=v.dtype, chunks=(16, 25, 31))[...] = v
    a.attrs["multiscales"] = [{"version": "0.4", "axes": [{"name": n, "type": "space", "unit": "micrometer"} for n in "zyx"],
        "datasets": [{"path": "0", "coordinateTransformations": [{"type": "scale", "scale": [4, 2, 2]}]}]}]
    ts.open({"driver": "n5", "kvstore": {"driver": "file", "path": str(root / "v.n5")}, "create": True, "metadata": {
        "dimensions": v.shape[::-1], "blockSize": [32, 17, 9], "dataType": "uint16", "compression": {"type": "gzip"}}}).result().write(v.T).result()
    n = nibabel.Nifti1Image(v.T, np.diag([.002, .002, .004, 1])); n.header.set_xyzt_units("mm"); nibabel.save(n, root / "v.nii.gz")
    s = sitk.GetImageFromArray(v); s.SetSpacing((.002, .002, .004)); sitk.WriteImage(s, str(root / "v.mha"), True); sitk.WriteImage(s, str(root / "v.nrrd"), True)
    """#
  private static let inputs = [
    "v.npy", "planes", "v.ims", "v.ome.zarr", "v.n5", "v.nii.gz", "v.mha", "v.nrrd",
  ]

  @discardableResult
  private func sheaf(_ arguments: [String], ranks: Int = 0, code: Int32 = 0) throws -> Ending {
    let ending = try Running(launch(ranks: ranks, builtProgram("sheaf"), arguments)).wait()
    #expect(ending.code == code, "\(arguments): \(ending.errors)")
    return ending
  }

  private func saveModel(_ directory: String) throws {
    let architecture = ArchitectureDescription(.extraSmall, classes: 2, deepSupervision: false)
    try createDirectory(directory)
    try Model.save(
      try ResidualEncoderUNet(architecture, seed: 11),
      ModelDescription(task: .segmentation, architecture: architecture, crop: [32, 32, 32]), inDirectory: directory)
  }

  /// Voxels of probabilities and labels, and the table; not what is told of the input.
  private func results(_ directory: String, _ name: String) throws -> [String: Data] {
    var found = try contents(ofDirectory: "\(directory)/\(name).zarr").filter {
      !$0.key.contains("zarr.json") && !$0.key.contains(".sheaf")
    }
    found["objects.csv"] = try readWholeFile("\(directory)/\(name).csv")
    return found
  }

  @Test(.needsPeers) func theSameVolumeGivesTheSameBytesFromEveryFormat() throws {
    let peers = try PeerEnvironment.required()
    let scratch = try ScratchDirectory()
    let directory = scratch.path
    _ = try peers.run(Self.program, arguments: [directory])
    try saveModel("\(directory)/model")
    let common = [
      "--model", "\(directory)/model", "--threads", "1", "--device", "cpu", "--min-voxels", "3", "--threshold", "0.45",
    ]
    try sheaf(["tile", "\(directory)/planes", "\(directory)/store.zarr", "--voxel-size", "4,2,2"])
    try sheaf(
      ["infer", "\(directory)/store.zarr", "\(directory)/reference.zarr", "--objects", "\(directory)/reference.csv"]
        + common)
    let reference = try results(directory, "reference")
    #expect(reference.count > 4)
    for (number, input) in Self.inputs.enumerated() {
      let name = "from-\(input)"
      let size = ["v.npy", "planes", "v.n5"].contains(input) ? ["--voxel-size", "4,2,2"] : []
      try sheaf(
        [
          "infer", "\(directory)/\(input)", "-o", "\(directory)/\(name).zarr", "--objects", "\(directory)/\(name).csv",
        ] + common + size, ranks: number % 4)
      let found = try results(directory, name)
      #expect(differences(found, reference) == [], "\(input)")
      let store = try Store.open("\(directory)/\(name).zarr")
      #expect(store.isFinished)
      #expect(store.voxelSizeInMicrometres.map { abs($0.z - 4) < 1e-5 } == true, "\(input)")
      try sheaf(["verify", "\(directory)/\(name).zarr"])
    }
    // A finished output is recognised; one of other voxels is not.
    let again = ["infer", "\(directory)/v.npy", "-o", "\(directory)/from-v.npy.zarr", "--voxel-size", "4,2,2"] + common
    try sheaf(again)
    let handle = try FileHandle(forUpdating: URL(fileURLWithPath: "\(directory)/v.npy"))
    try handle.seek(toOffset: 4000)
    try handle.write(contentsOf: Data([1, 2, 3, 4]))
    try handle.close()
    let refused = try sheaf(again, code: 73)
    #expect(refused.errors.contains("other voxels"))
  }

  /// Masks, labels and probabilities of files are those of the store.
  @Test(.needsPeers) func filesHoldWhatTheStoreHolds() throws {
    let peers = try PeerEnvironment.required()
    let scratch = try ScratchDirectory()
    let directory = scratch.path
    _ = try peers.run(Self.program, arguments: [directory])
    try saveModel("\(directory)/model")
    let common = [
      "--model", "\(directory)/model", "--threads", "1", "--device", "cpu", "--threshold", "0.45", "--voxel-size",
      "4,2,2",
    ]
    try sheaf(["infer", "\(directory)/planes", "-o", "\(directory)/store.zarr"] + common)
    let kinds = ["--mask", "--labels", "--probabilities"]
    for (number, ending) in ["mha", "nii.gz", "tif", "npy"].enumerated() {
      // Several ranks go by blocks.
      try sheaf(
        ["infer", "\(directory)/v.npy", "\(directory)/case.\(ending)"] + kinds + common, ranks: number % 2 == 0 ? 0 : 2)
    }
    try sheaf(["infer", "\(directory)/v.npy", "-o", "\(directory)/alone.mha", "--type", "int8"] + common)
    try sheaf(
      ["infer", "\(directory)/v.npy", "-o", "\(directory)/half.tif", "--probabilities", "--type", "float16"] + common)
    let check = #"""
      import pathlib, sys, nibabel, numpy as np, SimpleITK as sitk, tifffile, zarr
      root = pathlib.Path(sys.argv[1])
      g = zarr.open_group(str(root / "store.zarr"), mode="r")
      p = g["0"][...]; l = g["labels/objects/0"][...]; m = (l > 0)
      assert m.any() and not m.all() and (m == (p >= 115)).all()
      def read(path):
          if path.endswith("npy"): return np.load(path)
          if path.endswith("tif"): return tifffile.imread(path)
          if path.endswith("gz"): return np.asarray(nibabel.load(path).dataobj).T
          return sitk.GetArrayFromImage(sitk.ReadImage(path))
      for e in ["mha", "nii.gz", "tif", "npy"]:
          for kind, want, t in [("mask", m, "uint8"), ("labels", l, "uint32"), ("probabilities", p, "uint8")]:
              got = read(str(root / f"case_{kind}.{e}"))
              assert got.dtype == t and (got == want).all(), (e, kind, got.dtype)
      s = sitk.ReadImage(str(root / "alone.mha"))
      assert s.GetPixelID() == sitk.sitkInt8 and (sitk.GetArrayFromImage(s) == m).all()
      h = tifffile.imread(root / "half.tif")
      assert h.dtype == "float16" and (h == (p / 255).astype("float16")).all()
      """#
    _ = try peers.run(check, arguments: [directory])
    #expect(try directoryEntries(directory).filter { $0.hasPrefix(".") && $0 != ".lock" } == [])
    // What exists is not replaced, and no format has what it has not.
    try sheaf(["infer", "\(directory)/v.npy", "-o", "\(directory)/alone.mha"] + common, code: 73)
    try sheaf(["infer", "\(directory)/v.npy", "-o", "\(directory)/v.npy"] + common, code: 73)
    let half = try sheaf(
      ["infer", "\(directory)/v.npy", "-o", "\(directory)/half.mha", "--probabilities", "--type", "float16"] + common,
      code: 64)
    #expect(half.errors.contains("float32"))
  }
}
