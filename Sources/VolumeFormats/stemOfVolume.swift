/// Suffixes of the names of volumes, in the order in which they are looked for: a longer one before what it ends in.
package let volumeSuffixes = [
  ".gz", ".nii", ".tif", ".tiff", ".btf", ".tf8", ".mha", ".mhd", ".nrrd", ".nhdr", ".hdr", ".img", ".npy", ".npz",
  ".h5", ".hdf5", ".hdf", ".ims", ".zarr", ".n5", ".ozx", ".zip", ".ome",
]

/// A file name without the suffixes of volume formats, in capitals or not.
package func stemOfVolume(_ name: String) -> String {
  var stem = Substring(name)
  // The last two are also those of files that are no volumes.
  while let suffix = (volumeSuffixes + [".xml", ".png"]).first(where: {
    stem.lowercased().hasSuffix($0) && stem.count > $0.count
  }) {
    stem = stem.dropLast(suffix.count)
  }
  return String(stem)
}

/// nnU-Net numbers the channels of an image in files of their own: `case_0001` is channel 1 of `case`. Nil for other names.
package func numberedChannel(ofStem stem: String) -> (stem: String, channel: Int)? {
  let parts = stem.split(separator: "_", omittingEmptySubsequences: false)
  guard parts.count > 1, let last = parts.last, last.count == 4, last.allSatisfy({ $0.isASCII && $0.isNumber }),
    let number = Int(last), stem.count > 5
  else { return nil }
  return (String(stem.dropLast(5)), number)
}
