import Files
import Voxels

/// Opens an image in an HDF5 file: the dataset that `options` names, otherwise what Imaris or BigDataViewer wrote,
/// otherwise the only dataset that can be a volume.
///
/// - Throws: `Fault.usage` when the requested dataset, channel or time point does not exist, or when there are several
///   datasets and none was requested.
func openHDF5(_ path: String, options: VolumeOptions) throws -> any VolumeSource {
  let file = try HDF5File(path)
  if let name = options.dataset {
    return try openDataset(file, name.split(separator: "/").joined(separator: "/"), options)
  }
  if try isImaris(file) { return try openImaris(file, options) }
  if let layout = try BigDataViewerLayout(file) {
    return try openBigDataViewer(file, layout, BigDataViewerXML.beside(path), options)
  }
  let candidates = try volumes(in: file)
  guard candidates.count <= 1 else {
    throw Fault.usage("\(path) holds several images: expected --dataset with one of \(list(candidates))")
  }
  guard let only = candidates.first else {
    throw Fault.badData(
      "\(path) holds no volume: expected a dataset of numbers with 3 to 5 axes, found \(try datasets(in: file))")
  }
  return try openDataset(file, only, options)
}

/// One dataset as it is, its axes found by their names or, without names, as in a Zarr array without metadata.
private func openDataset(_ file: HDF5File, _ name: String, _ options: VolumeOptions) throws -> any VolumeSource {
  guard let object = try file.object(name) else {
    throw Fault.usage(
      "\(file.path) has no dataset /\(name): expected one of \(list((try? volumes(in: file)) ?? []))")
  }
  let dataset = try HDF5Dataset(file, name, handle: object)
  let axes: ArrayAxes
  do {
    axes = try ArrayAxes(names: try HDF5AxisNames.names(of: dataset), shape: dataset.shape)
  } catch let problem as ArrayAxes.Problem {
    throw Fault.badData("/\(name) of \(file.path) is not a volume: \(problem.message)")
  }
  let counts = VolumeCounts(channels: axes.channels, timePoints: axes.timePoints)
  try counts.check(options, file.path)
  let volumeAxes = axes.volume(channel: options.channel, timePoint: options.timePoint)
  var description = VolumeDescription(
    path: file.path, format: "HDF5 dataset /\(name)", extent: volumeAxes.extent(of: dataset.shape),
    voxelType: dataset.stored.voxelType,
    voxelSizeInMicrometres: options.voxelSizeInMicrometres ?? elementSize(dataset), channels: counts.channels,
    timePoints: counts.timePoints, storage: "",
    notes: counts.notes(options) + [dataset.stored.note].compactMap(\.self), warnings: axes.doubts)
  description.axes = axes.text
  return try volume(dataset, axes: volumeAxes, stored: dataset.stored, description, inputPaths: [file.path])
}

/// Edges along z, y, x in micrometres, as Fiji's HDF5 plugin and others write them.
private func elementSize(_ dataset: HDF5Dataset) -> VoxelSize? {
  guard let edges = dataset.file.numbers("element_size_um", of: dataset.handle), edges.count == 3 else { return nil }
  let size = VoxelSize(edges[0], edges[1], edges[2])
  return size.isMeaningful ? size : nil
}

/// The box of `description.extent` at the origin of a volume in a dataset; voxels that are contiguous in the file are
/// read without the library.
func volume(
  _ dataset: HDF5Dataset, axes: VolumeAxes, stored: StoredType, _ description: VolumeDescription, inputPaths: [String]
) throws -> any VolumeSource {
  guard case .contiguous(let start?) = dataset.layout, axes.isLast,
    description.extent == axes.extent(of: dataset.shape)
  else {
    return try HDF5Volume(dataset, axes: axes, stored: stored, description: description, inputPaths: inputPaths)
  }
  try checkSize(description.extent, stored.voxelType, path: dataset.file.path)
  let before = zip(axes.fixed, dataset.shape).dropLast(3).reduce(0) { $0 * $1.1 + $1.0 }
  let (bytes, overflow) = (description.extent.count * stored.byteCount).multipliedReportingOverflow(by: before)
  let (offset, overflow2) = bytes.addingReportingOverflow(start)
  guard !overflow, !overflow2 else {
    throw Fault.badData(
      "\(dataset.file.path) is damaged: expected a dataset whose size does not overflow, found one of \(dataset.shape)")
  }
  var described = description
  described.storage = dataset.storageText
  return try RawVolume(
    described, bytes: dataset.file.bytes, files: inputPaths,
    decoder: SampleDecoder(stored, isSwapped: dataset.isBigEndian == (UInt16(1).littleEndian == 1)),
    layout: RawLayout(offset: offset))
}

/// The paths of all datasets that can be a volume, among the file's first objects.
private func volumes(in file: HDF5File) throws -> [String] {
  try file.walk(limit: 10_000).filter(\.isDataset).map(\.name).filter { name in
    guard let object = try? file.object(name), let dataset = try? HDF5Dataset(file, name, handle: object) else {
      return false
    }
    return (3...8).contains(dataset.shape.count) && !dataset.shape.contains(0)
  }
}

/// What there is instead of volumes, for the end of a sentence.
private func datasets(in file: HDF5File) throws -> String {
  let names = try file.walk(limit: 1000).filter(\.isDataset).map(\.name)
  let found = names.prefix(4).map { name -> String in
    do {
      guard let object = try file.object(name) else { return "/\(name)" }
      let dataset = try HDF5Dataset(file, name, handle: object)
      return "/\(name) of \(dataset.shape.map(String.init).joined(separator: " × ")) \(dataset.stored.rawValue)"
    } catch {
      return "/\(name), which is not of numbers that can be read"
    }
  }
  if names.isEmpty { return "no dataset" }
  return found.joined(separator: ", ") + (names.count > 4 ? " and \(names.count - 4) more" : "")
}

/// Up to twelve names, formatted for the end of a sentence.
private func list(_ names: [String]) -> String {
  let shown = names.prefix(12).map { "/\($0)" }.joined(separator: ", ")
  return names.isEmpty ? "none" : names.count > 12 ? "\(shown) and \(names.count - 12) more" : shown
}
