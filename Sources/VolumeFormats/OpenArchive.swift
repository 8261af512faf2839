import Codecs
import Files
import Voxels
import Zarr

/// Opens a zip archive: a store of OME-Zarr, Zarr or N5 (`.ozx`, ZipStore of zarr-python), or NumPy arrays (`.npz`), of
/// which there is one or `options.dataset` names one; says what any other archive is.
func openArchive(_ file: ReadableFile, options: VolumeOptions) throws -> any VolumeSource {
  let path = file.path
  if Store.isArchived(path) { return try ZarrVolume(path, options: options) }
  let directory = try ZipDirectory(file)
  let arrays = directory.members.filter { $0.name.hasSuffix(".npy") }
  guard !arrays.isEmpty, arrays.count == directory.members.count else { throw refusal(of: directory, path) }
  let names = arrays.map { String($0.name.dropLast(".npy".count)) }
  let list = names.prefix(12).joined(separator: ", ")
  let number: Int
  if let dataset = options.dataset {
    guard let found = names.firstIndex(of: dataset) else {
      throw Fault.usage("\(path) has no array \(dataset): expected one of \(list)")
    }
    number = found
  } else {
    guard arrays.count == 1 else {
      throw Fault.usage("\(path) holds several arrays: expected --dataset with one of \(list)")
    }
    number = 0
  }
  let member = arrays[number]
  let range = try ZipDirectory.data(of: member, in: file)
  let bytes: any ByteSource
  switch member.method {
  case 0 where !member.isEncrypted: bytes = TailSource(file, from: range.lowerBound)
  case 8 where !member.isEncrypted:
    bytes = CompressedStream(file, from: range.lowerBound, to: range.upperBound, format: .deflate)
  default:
    throw Fault.badData(
      "\(path) is encrypted or compressed by method \(member.method): expected an archive that numpy.savez wrote")
  }
  return try openNumPy(bytes, path: path, format: "NumPy array \(names[number])", options: options)
}

/// What a zip archive that holds no NumPy arrays is.
private func refusal(of directory: ZipDirectory, _ path: String) -> Fault {
  let names = directory.members.map(\.name)
  func has(_ suffix: String) -> Bool { names.contains { $0 == suffix || $0.hasSuffix("/\(suffix)") } }
  if has("data.pkl") {
    return Fault.badData("\(path) holds weights of PyTorch: expected a volume; give it as --model or --from")
  }
  let shown = names.prefix(3).joined(separator: ", ")
  return Fault.badData(
    "\(path) is a zip archive: expected a volume, found \(shown)\(names.count > 3 ? " and \(names.count - 3) more" : ""); unpack it first and give what was in it"
  )
}
