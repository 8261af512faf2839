import Files
import Foundation
import Voxels

/// Location of an image's finest level since Imaris 5.5 (Imaris File Format Description, Oxford Instruments).
private let finestLevel = "DataSet/ResolutionLevel 0"

func isImaris(_ file: HDF5File) throws -> Bool { try file.object(finestLevel) != nil }

/// Opens one channel and time point of an Imaris file.
///
/// Datasets are padded to whole chunks; the size of the image is stored in attributes of the channel.
func openImaris(_ file: HDF5File, _ options: VolumeOptions) throws -> any VolumeSource {
  let timePoints = try numbered("TimePoint", in: finestLevel, file)
  let channels = try timePoints.first.map { try numbered("Channel", in: "\(finestLevel)/\($0)", file) } ?? []
  guard !channels.isEmpty else {
    throw Fault.badData("\(file.path) is damaged: expected \(finestLevel)/TimePoint 0/Channel 0, found none")
  }
  let counts = VolumeCounts(channels: channels.count, timePoints: timePoints.count)
  try counts.check(options, file.path)
  let group = "\(finestLevel)/\(timePoints[options.timePoint])/\(channels[options.channel])"
  guard let object = try file.object("\(group)/Data") else {
    throw Fault.badData("\(file.path) is damaged: expected the voxels in /\(group)/Data, found none")
  }
  let dataset = try HDF5Dataset(file, "\(group)/Data", handle: object)
  guard dataset.shape.count == 3 else {
    throw Fault.badData(
      "\(file.path) is damaged: expected a dataset of 3 axes in /\(group)/Data, found \(dataset.shape.count)")
  }
  let notes = counts.notes(options) + [dataset.stored.note].compactMap(\.self)
  var warnings: [String] = []
  let extent: Extent
  if let size = try imageSize(file, group) {
    extent = size
  } else {
    extent = dataset.volumeExtent
    warnings.append("the file does not give the size of the image, so the volume may include padding at its edges")
  }
  try checkSize(extent, dataset.stored.voxelType, path: file.path)
  guard Region(dataset.volumeExtent).contains(Region(extent)) else {
    throw Fault.badData(
      "\(file.path) is damaged: expected at least the image's \(extent) voxels in /\(group)/Data, found \(dataset.volumeExtent)"
    )
  }
  var voxelSize = options.voxelSizeInMicrometres
  var voxelSizeDoubt: String?
  if voxelSize == nil { voxelSize = try imarisVoxelSize(file, extent, &voxelSizeDoubt) }
  let description = VolumeDescription(
    path: file.path, format: "Imaris HDF5", extent: extent, voxelType: dataset.stored.voxelType,
    voxelSizeInMicrometres: voxelSize, channels: counts.channels, timePoints: counts.timePoints, storage: "",
    notes: notes, warnings: warnings, voxelSizeDoubt: voxelSizeDoubt)
  return try volume(
    dataset, axes: VolumeAxes(leadingIndices: []), stored: dataset.stored, description, inputPaths: [file.path])
}

/// The entries named `word number` of a group, sorted by number.
private func numbered(_ word: String, in group: String, _ file: HDF5File) throws -> [String] {
  try file.names(in: group).compactMap { name in
    name.hasPrefix("\(word) ") ? Int(name.dropFirst(word.count + 1)).map { ($0, name) } : nil
  }.sorted { $0.0 < $1.0 }.map(\.1)
}

/// The size given for the channel, otherwise that of the whole image.
private func imageSize(_ file: HDF5File, _ group: String) throws -> Extent? {
  for (object, names) in [
    (group, ["ImageSizeZ", "ImageSizeY", "ImageSizeX"]), ("DataSetInfo/Image", ["Z", "Y", "X"]),
  ] {
    let texts = try names.map { try file.text($0, of: object) }
    if texts.allSatisfy({ $0 == nil }) { continue }
    let sizes = texts.compactMap { $0.flatMap { Int($0) } }
    guard sizes.count == 3, sizes.allSatisfy({ $0 > 0 }) else {
      throw Fault.badData(
        "\(file.path) is damaged: expected \(names.joined(separator: ", ")) of /\(object) to be numbers above zero, found \(texts.map { $0 ?? "none" }.joined(separator: ", "))"
      )
    }
    return Extent(sizes[0], sizes[1], sizes[2])
  }
  return nil
}

/// The image extents are the outer edges of the first and last voxels. Like Imaris itself, assumes micrometres where no
/// unit is given; a unit that is not a unit of length is never treated as one.
private func imarisVoxelSize(_ file: HDF5File, _ extent: Extent, _ doubt: inout String?) throws -> VoxelSize? {
  let place = "DataSetInfo/Image"
  // ExtMin0 is along x.
  let edges = try (0..<3).map { axis -> Double? in
    guard let low = try file.text("ExtMin\(2 - axis)", of: place).flatMap({ Double($0) }),
      let high = try file.text("ExtMax\(2 - axis)", of: place).flatMap({ Double($0) })
    else { return nil }
    return (high - low) / Double(extent[axis])
  }
  guard let z = edges[0], let y = edges[1], let x = edges[2], VoxelSize(z, y, x).isMeaningful else { return nil }
  let unit = try file.text("Unit", of: place) ?? ""
  if unit.isEmpty {
    doubt = "the file gives no unit of length; micrometres are assumed, as in Imaris"
    return VoxelSize(z, y, x)
  }
  // A Latin-1 micro sign.
  guard let micrometres = LengthUnit.micrometres(in: unit.replacingOccurrences(of: "\u{FFFD}", with: "µ")) else {
    doubt = "the unit of length \"\(unit)\" is not recognised"
    return nil
  }
  return VoxelSize(z, y, x) * micrometres
}
