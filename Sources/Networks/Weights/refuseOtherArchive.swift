import Files

/// Refuses a zip archive that holds something else than weights, before a library reads it as such.
///
/// - Throws: `Fault.badData` saying what it is and what would work.
func refuseOtherArchive(_ path: String) throws {
  guard let names = Archive.names(in: path),
    !names.contains(where: { $0 == "data.pkl" || $0.hasSuffix("/data.pkl") })
  else { return }
  func holds(_ endings: String...) -> Bool { names.contains { name in endings.contains { name.hasSuffix($0) } } }
  let found: String
  if holds("zarr.json", ".zattrs", ".zarray", ".zgroup") {
    found = "a Zarr store in a zip archive, which is a volume"
  } else if holds(".npy") {
    found =
      "NumPy arrays (.npz), which hold no description of a network: save the state dictionary as .pth or safetensors"
  } else if holds(".pth", ".pt", ".safetensors", "dataset.json") {
    found = "an archive of several files: unpack it, and give the weights or the folder"
  } else {
    found = names.prefix(3).joined(separator: ", ") + (names.count > 3 ? " and \(names.count - 3) more" : "")
  }
  throw Fault.badData(
    "\(path) is not a weights file: expected safetensors, or a .pth as written by torch.save, found \(found)")
}
