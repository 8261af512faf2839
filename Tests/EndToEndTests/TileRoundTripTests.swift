import Files
import Foundation
import Launching
import PeerEnvironment
import Scratch
import TestTraits
import Testing

/// What every library of the field writes is tiled, and zarr-python finds the same voxels, axes and voxel size in the
/// store; `sheaf info` tells what the file says, and every doubt.
@Suite struct TileRoundTripTests {
  /// Usage: directory. Writes volumes and the voxels of each as `<name>.npy`, and lists them.
  private static let program = #"""
    import json, pathlib, sys, warnings
    warnings.simplefilter("ignore")
    import h5py, imageio.v3 as imageio, nibabel, nrrd, numpy as np, SimpleITK as sitk, tensorstore as ts, tifffile, zarr
    root = pathlib.Path(sys.argv[1])
    rng = np.random.default_rng(5)
    listing = []
    def volume(dtype="uint16", shape=(9, 20, 31)):
        return rng.integers(0, 200, shape).astype(dtype)
    def keep(name, file, v, size=None, info=(), options=(), read_as=None):
        np.save(root / (name + ".npy"), v.astype(read_as or v.dtype))
        listing.append({"name": name, "path": str(root / file), "size": size, "info": list(info), "options": list(options)})
    unknown = ["voxel size: unknown"]

    v = volume(); tifffile.imwrite(root / "imagej.tif", v, imagej=True, resolution=(2, 2), metadata={"axes": "ZYX", "spacing": 3, "unit": "um"})
    keep("imagej", "imagej.tif", v, [3, .5, .5], ["format: ImageJ TIFF"])
    v = volume(shape=(2, 9, 20, 31)); tifffile.imwrite(root / "czyx.tif", v, photometric="minisblack", metadata={"axes": "CZYX"})
    keep("czyx", "czyx.tif", v[1], None, unknown + ["channels: 2"], ["--channel", "1"])
    v = volume(shape=(3, 9, 2, 20, 31)); tifffile.imwrite(root / "tzcyx.ome.tif", v, photometric="minisblack", metadata={"axes": "TZCYX",
        "PhysicalSizeX": 325.0, "PhysicalSizeXUnit": "nm", "PhysicalSizeY": .325, "PhysicalSizeYUnit": "µm", "PhysicalSizeZ": .002, "PhysicalSizeZUnit": "mm"})
    keep("tzcyx-ome", "tzcyx.ome.tif", v[2, :, 1], [2, .325, .325], ["channels: 2", "time points: 3"], ["--channel", "1", "--time-point", "2"])
    for dtype, order, more in [("uint8", "<", dict(compression="lzw", predictor=2)), ("uint16", ">", dict(compression="zstd", tile=(16, 16))),
            ("float32", "<", dict(compression="deflate", predictor=3, tile=(16, 16))), ("int16", ">", {}), ("uint32", "<", dict(compression="lzma"))]:
        v = volume(dtype); name = f"tiff-{dtype}"
        tifffile.imwrite(root / f"{name}.tif", v, photometric="minisblack", byteorder=order, bigtiff=dtype == "int16", **more)
        keep(name, f"{name}.tif", v, None, unknown)
    v = volume(shape=(12, 20, 31)); (root / "planes").mkdir()
    for i in range(12): tifffile.imwrite(root / "planes" / f"brain_Z{i - 3:+d}.tif", v[i])
    keep("planes", "planes", v, None, unknown + ['planes: in the order of the number after "Z"', "from -3 to +8"])
    v = volume(); imageio.imwrite(root / "imageio.tif", v, plugin="tifffile")
    keep("imageio", "imageio.tif", v, None, unknown)
    v = volume("uint8"); (root / "png").mkdir()
    for i in range(9): imageio.imwrite(root / "png" / f"{i}.png", v[i])
    keep("imageio-png", "png", v, None, unknown + ["planes: in the order of number 1"])

    with h5py.File(root / "plain.h5", "w") as f:
        v = volume(); d = f.create_dataset("exported", data=v.transpose(2, 0, 1), chunks=(8, 4, 8), compression="gzip", shuffle=True)
        for i, n in enumerate("xzy"): d.dims[i].label = n
        d.attrs["element_size_um"] = np.array([1, 4, 2.])
    keep("h5py", "plain.h5", v, [1, 4, 2], ["axes: x, z, y"])
    with h5py.File(root / "two.h5", "w") as f:
        f["raw"], v = volume(), volume("float32"); f["deep/inner"] = v
    keep("h5py-dataset", "two.h5", v, None, ["voxel type: float32"], ["--dataset", "deep/inner"])

    v = volume(); zarr.create_array(str(root / "array.zarr"), data=v.transpose(1, 2, 0), chunks=(8, 8, 4), shards=(16, 16, 8), dimension_names=["y", "x", "z"])
    keep("zarr-python", "array.zarr", v, None, unknown + ["axes: y, x, z"])
    def ome(path, v, axes, scale, version):
        g = zarr.open_group(path, mode="w", zarr_format=3 if version == "0.5" else 2)
        more = {"dimension_names": axes} if version == "0.5" else {}
        a = g.create_array("s0", shape=v.shape, dtype=v.dtype, chunks=tuple(max(1, n // 2) for n in v.shape), **more); a[...] = v
        kind = {"c": "channel", "t": "time"}
        image = {"axes": [{"name": n, "type": kind.get(n, "space"), **({} if n in kind else {"unit": "micrometer"})} for n in axes],
            "datasets": [{"path": "s0", "coordinateTransformations": [{"type": "scale", "scale": scale}]}]}
        if version == "0.5": g.attrs["ome"] = {"version": "0.5", "multiscales": [image]}
        else: g.attrs["multiscales"] = [{**image, "version": "0.4"}]
    v = volume(shape=(2, 9, 20, 31)); ome(str(root / "v05.zarr"), v, list("czyx"), [1, 4, .5, .5], "0.5")
    keep("ome-0.5", "v05.zarr", v[1], [4, .5, .5], ["kind: store", "channels: 2", "axes: c, z, y, x"], ["--channel", "1"])
    v = volume(shape=(9, 20, 31)); ome(str(root / "v04.zarr"), v.transpose(2, 1, 0), list("xyz"), [.5, 1, 4], "0.4")
    keep("ome-0.4", "v04.zarr", v, [4, 1, .5], ["axes: x, y, z"])
    v = volume(); ts.open({"driver": "zarr3", "kvstore": {"driver": "file", "path": str(root / "ts.zarr")}, "create": True, "metadata": {
        "shape": v.shape, "data_type": "uint16", "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [4, 8, 8]}},
        "dimension_names": [None, None, None]}}).result().write(v).result()
    keep("tensorstore", "ts.zarr", v, None, unknown)
    v = volume(); ts.open({"driver": "n5", "kvstore": {"driver": "file", "path": str(root / "ts.n5/c0/s0")}, "create": True, "metadata": {
        "dimensions": v.shape[::-1], "blockSize": [8, 8, 4], "dataType": "uint16", "compression": {"type": "gzip"}}}).result().write(v.T).result()
    keep("tensorstore-n5", "ts.n5", v, None, ["format: N5"])

    for ending in ["mha", "mhd", "nrrd", "nii.gz"]:
        v = volume("int16"); image = sitk.GetImageFromArray(v); image.SetSpacing((.001, .002, .004))
        sitk.WriteImage(image, str(root / f"itk.{ending}"), useCompression=ending == "mha")
        keep("itk-" + ending, f"itk.{ending}", v, [4, 2, 1], ["voxel size: 4 × 2 × 1 µm"])
    v = volume(); image = nibabel.Nifti1Image(v.T, np.diag([.5, .5, 2, 1])); image.header.set_xyzt_units("micron"); nibabel.save(image, root / "nibabel.nii")
    keep("nibabel", "nibabel.nii", v, [2, .5, .5], ["format: NIfTI-1"])
    v = volume("float32"); image = nibabel.Nifti2Image(v.T, np.diag([1e-3, 1e-3, 2e-3, 1])); image.header.set_xyzt_units("mm"); nibabel.save(image, root / "nibabel2.nii.gz")
    keep("nibabel-2", "nibabel2.nii.gz", v, [2, 1, 1], ["format: NIfTI-2"])
    v = volume(); nrrd.write(str(root / "py.nrrd"), v.T, {"space": "left-posterior-superior", "space directions": np.diag([.5, .5, 3]), "space units": ["um"] * 3, "encoding": "gzip"})
    keep("pynrrd", "py.nrrd", v, [3, .5, .5], ["format: NRRD"])
    v = volume(">u2"); np.save(root / "in.npy", np.asfortranarray(v)); keep("numpy", "in.npy", v, None, unknown, read_as="uint16")
    v = volume("float16"); np.savez_compressed(root / "in.npz", other=v[:2], volume=v)
    keep("numpy-npz", "in.npz", v, None, unknown, ["--dataset", "volume"], read_as="float32")
    print(json.dumps(listing))
    """#

  /// Usage: listing. Compares every store with the voxels and the voxel size that it should have.
  private static let comparison = #"""
    import json, sys, warnings, numpy as np, zarr
    warnings.simplefilter("error")
    with open(sys.argv[1]) as file: listing = json.load(file)
    root = sys.argv[2]
    for entry in listing:
        name = entry["name"]
        expected = np.load(f"{root}/{name}.npy")
        group = zarr.open_group(f"{root}/{name}.out", mode="r")
        list(group.members(max_depth=None))  # without a warning
        found = group["0"][...]
        assert found.shape == expected.shape and found.dtype == expected.dtype, (name, found.shape, found.dtype, expected.dtype)
        assert (found == expected).all(), name
        assert list(group["0"].metadata.dimension_names) == ["z", "y", "x"], name
        image = group.attrs["ome"]["multiscales"][0]
        assert [a["name"] for a in image["axes"]] == ["z", "y", "x"], name
        scale = image["datasets"][0]["coordinateTransformations"][0]["scale"]
        assert np.allclose(scale, entry["size"] or [1, 1, 1], rtol=1e-5), (name, scale, entry["size"])
        assert all(("unit" in a) == bool(entry["size"]) for a in image["axes"]), name
        window = group.attrs["ome"]["omero"]["channels"][0]["window"]
        assert window["min"] <= window["start"] < window["end"] <= window["max"], (name, window)
    print(len(listing), "stores")
    """#

  private struct Entry: Codable {
    let name: String
    let path: String
    let size: [Double]?
    let info: [String]
    let options: [String]
  }

  @Test(.needsPeers) func storesHoldWhatTheLibrariesWrote() throws {
    let peers = try PeerEnvironment.required()
    let scratch = try ScratchDirectory()
    let output = try peers.run(Self.program, arguments: [scratch.path])
    let listing = try JSONDecoder().decode([Entry].self, from: Data(output.utf8))
    #expect(listing.count > 25)
    for entry in listing {
      let sheaf = builtProgram("sheaf")
      let tile = try Running([sheaf, "tile", entry.path, scratch.file(entry.name + ".out"), "--quiet"] + entry.options)
        .wait(timeLimit: 60)
      #expect(tile.code == 0, "\(entry.name): \(tile.errors)")
      // What is not known is doubted.
      #expect(tile.errors.contains("voxel size is unknown") == (entry.size == nil), "\(entry.name): \(tile.errors)")
      let info = try Running([sheaf, "info", entry.path] + entry.options).wait(timeLimit: 60)
      #expect(info.code == 0, "\(entry.name): \(info.errors)")
      for text in entry.info { #expect(info.output.contains(text), "\(entry.name): \(text)\n\(info.output)") }
    }
    try Data(output.utf8).write(to: URL(fileURLWithPath: scratch.file("listing.json")))
    let compared = try peers.run(Self.comparison, arguments: [scratch.file("listing.json"), scratch.path])
    #expect(compared.hasPrefix("\(listing.count) stores"), "\(compared)")
  }
}
