import Files
import Foundation
import Launching
import PeerEnvironment
import Scratch
import TestTraits
import Testing

/// The same labels mean the same in every format and number type, as the field's own writers store them.
@Suite(.serialized) struct MeaningTests {
  /// Two volumes with touching objects, as ids and as masks, by many writers.
  private static let script = """
    import sys, numpy as np, nibabel as nib, tifffile, h5py, zarr, SimpleITK as sitk
    d = sys.argv[1]
    rng = np.random.default_rng(3)
    def objects(shift):
      v = np.zeros((24, 40, 48), np.int64)
      for n, (z, y, x) in enumerate([(2, 3, 4), (2, 3, 9), (12, 20, 20), (12, 20, 33), (3, 30, 8), (15, 5, 40)]):
        v[z + shift:z + 6, y:y + 7, x:x + 5] = n * 7 + 2
      return v
    truth, found = objects(0), objects(1)
    found[2:5, 35:38, 40:44] = 90
    mask = (truth > 0).astype(np.int64)
    np.save(d + "/found.npy", found.astype(np.uint32))
    np.save(d + "/found-mask.npy", (found > 0).astype(np.uint8))
    def nifti(name, a, slope=None, inter=0):
      image = nib.Nifti1Image(a.transpose(2, 1, 0), np.diag([0.002, 0.002, 0.004, 1]))
      if slope is not None: image.header.set_slope_inter(slope, inter)
      nib.save(image, d + "/" + name)
    def hdf5(name, a):
      with h5py.File(d + "/" + name, "w") as f: f["labels"] = a
    def zarrs(name, a):
      z = zarr.create_array(d + "/" + name, shape=a.shape, dtype=a.dtype, chunks=(8, 16, 16), dimension_names=["z", "y", "x"])
      z[:] = a
    def itk(name, a): sitk.WriteImage(sitk.GetImageFromArray(a), d + "/" + name)
    def tiff(name, a): tifffile.imwrite(d + "/" + name, a, metadata={"axes": "ZYX"})
    # Ids: 2, 9, 16 ...
    for name, a in [("int64.npy", truth), ("u8.npy", truth.astype(np.uint8)), ("f16.npy", truth.astype(np.float16))]:
      np.save(d + "/ids-" + name, a)
    nifti("ids-f64.nii.gz", truth.astype(np.float64)); nifti("ids-i16.nii", truth.astype(np.int16))
    nifti("ids-u16.nii.gz", truth.astype(np.uint16))
    hdf5("ids-u64.h5", truth.astype(np.uint64)); zarrs("ids-i32.zarr", truth.astype(np.int32))
    itk("ids-i16.mha", truth.astype(np.int16)); itk("ids-u32.nrrd", truth.astype(np.uint32))
    tiff("ids-u16.tif", truth.astype(np.uint16)); tiff("ids-f32.tif", truth.astype(np.float32))
    # Masks with 1, 255, 3 or whatever.
    np.save(d + "/mask-bool.npy", mask > 0); np.save(d + "/mask-i8.npy", mask.astype(np.int8))
    np.save(d + "/mask-i64.npy", mask); np.save(d + "/mask-f64.npy", mask * 1.0)
    nifti("mask-f32.nii.gz", mask.astype(np.float32)); nifti("mask-u8-255.nii", (mask * 255).astype(np.uint8))
    hdf5("mask-bool.h5", mask > 0); hdf5("mask-i32.h5", mask.astype(np.int32))
    zarrs("mask-bool.zarr", mask > 0); zarrs("mask-u16.zarr", (mask * 65535).astype(np.uint16))
    itk("mask-u8.mha", mask.astype(np.uint8)); itk("mask-i16.nrrd", (mask * 3).astype(np.int16))
    tiff("mask-bool.tif", (mask > 0).astype(np.uint8)); tiff("mask-f32-255.tif", (mask * 255).astype(np.float32))
    # What is no labels.
    tifffile.imwrite(d + "/rgb.tif", np.stack([mask * 200, mask * 30, mask * 90], -1).astype(np.uint8), photometric="rgb")
    np.save(d + "/noise.npy", rng.poisson(300, mask.shape).astype(np.uint16))
    np.save(d + "/nan.npy", np.where(mask > 0, 1.0, np.nan)); np.save(d + "/negative.npy", -mask.astype(np.int16))
    np.save(d + "/fractions.npy", (rng.random(mask.shape) * mask).astype(np.float32))
    np.save(d + "/reversed.npy", mask.transpose(2, 1, 0))
    np.save(d + "/one.npy", np.isin(truth, [16, 23]).astype(np.uint16) * 17)
    """

  private func prepared(_ body: (String) throws -> Void) throws {
    try withTemporaryDirectory { directory in
      let python = try PeerEnvironment.required().python
      let script = MeaningTests.script.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n")
      try publish(script, to: directory + "/write.py")
      let ending = try Running(launch(ranks: 0, python, [directory + "/write.py", directory])).wait()
      try #require(ending.code == 0, "\(ending.errors)")
      try body(directory)
    }
  }

  private func evaluate(_ arguments: [String], ranks: Int = 0) throws -> Ending {
    try Running(launch(ranks: ranks, builtProgram("sheaf"), ["evaluate", "--threads", "1"] + arguments)).wait()
  }

  private func result(_ arguments: [String]) throws -> [String: Any] {
    let ending = try evaluate(arguments + ["--json"])
    try #require(ending.code == 0, "\(arguments): \(ending.errors)")
    return try #require(JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any])
  }

  private func scores(_ result: [String: Any]) -> String {
    let kept = result.filter { !["reference", "warnings"].contains($0.key) }
    let data = try! JSONSerialization.data(withJSONObject: kept, options: .sortedKeys)
    return String(decoding: data, as: UTF8.self)
  }

  @Test(.needsPeers) func labelsMeanTheSameInEveryFormatAndType() throws {
    try prepared { directory in
      let names = try directoryEntries(directory)
      for (prefix, prediction, meaning, objects) in [
        ("ids-", "found.npy", "instances", 6), ("mask-", "found-mask.npy", "mask", 5),
      ] {
        let volumes = names.filter { $0.hasPrefix(prefix) }.sorted()
        #expect(volumes.count >= 12)
        var expected: String?
        for name in volumes {
          let found = try result(["\(directory)/\(prediction)", "\(directory)/\(name)"])
          #expect(found["referenceIs"] as? String == meaning, "\(name)")
          let tally = found["objects"] as? [String: Any]
          // The first two objects touch: as a mask they are one.
          #expect((tally?["matched"] as? Int ?? 0) + (tally?["missed"] as? Int ?? 0) == objects, "\(name)")
          let scores = scores(found)
          #expect(scores == expected ?? scores, "\(name)")
          expected = expected ?? scores
        }
      }
    }
  }

  @Test(.needsPeers) func whatIsNoLabelsIsRefusedAndDoubtsAreWarnings() throws {
    try prepared { directory in
      let found = directory + "/found-mask.npy"
      for (name, words) in [
        ("rgb.tif", "3 channels"), ("noise.npy", "as in an image"), ("nan.npy", "NaN"),
        ("negative.npy", "negative value -1"), ("fractions.npy", "which are no labels"),
        ("reversed.npy", "axes in reverse"),
      ] {
        for ranks in [0, 2] {
          let ending = try evaluate([found, "\(directory)/\(name)"], ranks: ranks)
          #expect(ending.code == 65 && ending.errors.contains(words), "\(name): \(ending.errors)")
        }
      }
      let one = try evaluate([found, directory + "/one.npy"])
      #expect(one.code == 0 && one.errors.contains("one non-zero value, 17, in 2 pieces"), "\(one.errors)")
      let told = try result([found, directory + "/one.npy", "--reference-is", "instances"])
      // One of its two pieces is enough for an IoU of 0.3; as components both would match.
      #expect((told["objects"] as? [String: Any])?["matched"] as? Int == 1)
      #expect((told["warnings"] as? [String])?.isEmpty == true)
      let ignoring = try evaluate([found, directory + "/negative.npy", "--ignore", "-1"])
      #expect(ignoring.code == 0, "\(ignoring.errors)")
      let mapped = try evaluate([found, directory + "/negative.npy", "--label-map", "-1=1,0=0"])
      #expect(mapped.code == 0 && mapped.errors.contains("classes, told by the label map"), "\(mapped.errors)")
      let contradiction = try evaluate([found, found, "--threshold", "0.5"])
      #expect(contradiction.code == 64 && contradiction.errors.contains("leave out --threshold"))
    }
  }

  @Test(.needsPeers) func foldersAndListsOfCases() throws {
    try prepared { directory in
      for (name, files) in [
        ("p", [("found.npy", "a.npy"), ("found-mask.npy", "b.npy")]),
        ("r", [("ids-f64.nii.gz", "a.nii.gz"), ("mask-bool.h5", "b.h5")]),
      ] {
        try createDirectory("\(directory)/\(name)")
        for (from, to) in files {
          try FileManager.default.copyItem(atPath: "\(directory)/\(from)", toPath: "\(directory)/\(name)/\(to)")
        }
      }
      try publish("", to: directory + "/r/Thumbs.db")
      try publish(
        "- {prediction: p/a.npy, reference: r/a.nii.gz, category: isolated}\n"
          + "- {prediction: p/b.npy, reference: r/b.h5, structure: vessels}\n", to: directory + "/cases.yaml")
      let folders = try result(["\(directory)/p", "\(directory)/r"])
      let cases = try #require(folders["cases"] as? [[String: Any]])
      #expect(cases.map { $0["referenceIs"] as? String } == ["instances", "mask"])
      let alone = try result(["\(directory)/p/a.npy", "\(directory)/r/a.nii.gz"])
      #expect(cases[0]["dice"] as? Double == alone["dice"] as? Double)
      let list = try result(["\(directory)/cases.yaml"])
      #expect(
        (list["means"] as? [[String: Any]])?.map { $0["category"] as? String } == ["contiguous-dense", "isolated", nil])
      let shown = try evaluate(["\(directory)/p", "\(directory)/r"])
      #expect(shown.code == 0 && shown.errors.contains("r/Thumbs.db") && shown.output.contains("mean of 2"))
      let mixed = try evaluate(["\(directory)/p", "\(directory)/r/a.nii.gz"])
      #expect(mixed.code == 64 && mixed.errors.contains("is a directory of volumes"))
      let alone64 = try evaluate(["\(directory)/p/a.npy"])
      #expect(alone64.code == 64 && alone64.errors.contains("has no reference"))
    }
  }
}
