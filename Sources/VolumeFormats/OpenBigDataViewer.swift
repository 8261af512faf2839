import Files
import Foundation
import Voxels

/// The views in a BigDataViewer HDF5 file: `t00000/s00/0/cells` is the finest level of setup 0 at time point 0.
struct BigDataViewerLayout {
  /// Numbers and names of groups, sorted by number.
  let timePoints: [(number: Int, name: String)]
  let setups: [(number: Int, name: String)]

  /// Nil when the file has a different layout.
  init?(_ file: HDF5File) throws {
    timePoints = Self.numbered("t", digits: 5, try file.names(in: "/"))
    guard let first = timePoints.first else { return nil }
    setups = Self.numbered("s", digits: 2, try file.names(in: first.name))
    guard let setup = setups.first, try file.object("\(first.name)/\(setup.name)/0") != nil else { return nil }
  }

  private static func numbered(_ letter: String, digits: Int, _ names: [String]) -> [(number: Int, name: String)] {
    names.compactMap { name in
      guard name.hasPrefix(letter), name.count > digits, let number = Int(name.dropFirst()), number >= 0 else {
        return nil
      }
      return (number, name)
    }.sorted { $0.number < $1.number }
  }
}

/// The voxels of one view: in the file itself or, where the dataset is split into partitions, in the partition that the
/// file links to.
private struct BigDataViewerCells {
  let dataset: HDF5Dataset
  /// The partition; nil when the voxels are in the file itself.
  let partition: String?

  /// - Parameter group: the group of the view's finest level, such as `t00000/s00/0`.
  /// - Returns: nil when the view does not exist.
  /// - Throws: `Fault.noInput` when its partition is missing.
  init?(_ file: HDF5File, _ group: String) throws {
    var (holder, name) = (file, "\(group)/cells")
    let link = try file.outsideLink("cells", in: group)
    if let link {
      holder = try HDF5File(Self.place(of: link, in: file))
      name = link.object.split(separator: "/").joined(separator: "/")
    }
    guard let object = try holder.object(name) else { return nil }
    dataset = try HDF5Dataset(holder, name, handle: object)
    partition = link == nil ? nil : holder.path
  }

  /// BigDataViewer links by absolute path; a partition that was moved is looked up in the directory of the file, as the
  /// HDF5 library does.
  private static func place(of link: HDF5File.OutsideLink, in file: HDF5File) throws -> String {
    let directory = parentDirectory(of: file.path)
    let asWritten = link.file.hasPrefix("/") ? link.file : joinPath(directory, link.file)
    let beside = joinPath(directory, (link.file as NSString).lastPathComponent)
    guard let found = [asWritten, beside].first(where: fileExists) else {
      throw Fault.noInput("cannot read \(beside), a partition that \(file.path) names: there is no such file")
    }
    return found
  }
}

/// Opens a BigDataViewer dataset from its XML file.
func openBigDataViewer(xml path: String, options: VolumeOptions) throws -> any VolumeSource {
  let xml = try BigDataViewerXML(path)
  guard fileExists(xml.imagePath) else {
    throw Fault.noInput("cannot read \(xml.imagePath), which \(path) names: there is no such file")
  }
  if xml.loader != .hdf5 { return try openStores(xml, options) }
  let file = try HDF5File(xml.imagePath)
  guard let layout = try BigDataViewerLayout(file) else {
    throw Fault.badData(
      "\(xml.imagePath) is not a BigDataViewer file, as \(path) states: expected t00000/s00/0/cells, found none")
  }
  return try openBigDataViewer(file, layout, xml, path: path, options)
}

/// Opens one view of a BigStitcher dataset in N5 or OME-Zarr, with the voxel size that the XML file gives.
private func openStores(_ xml: BigDataViewerXML, _ options: VolumeOptions) throws -> any VolumeSource {
  guard xml.setups.indices.contains(options.channel) else {
    throw Fault.usage(
      "\(xml.path) has \(xml.setups.count) setups, but channel \(options.channel) was requested; they count from 0")
  }
  let setup = xml.setups[options.channel]
  var inside = options
  inside.voxelSizeInMicrometres = options.voxelSizeInMicrometres ?? xml.voxelSizes[setup]
  if xml.loader == .n5 { return try ZarrVolume(xml.imagePath, options: inside) }
  let times = Set(xml.views.map(\.timePoint)).sorted()
  guard times.indices.contains(options.timePoint) else {
    throw Fault.usage(
      "\(xml.path) has \(times.count) time points, but \(options.timePoint) was requested; they count from 0")
  }
  guard let view = xml.views.first(where: { $0.setup == setup && $0.timePoint == times[options.timePoint] }),
    !view.path.split(separator: "/").contains(".."), !view.path.hasPrefix("/")
  else {
    throw Fault.badData(
      "\(xml.path) lacks a view: expected an image of setup \(setup) at time point \(times[options.timePoint]), found none"
    )
  }
  (inside.channel, inside.timePoint) = (0, 0)
  return try ZarrVolume(joinPath(xml.imagePath, view.path), options: inside)
}

/// Opens one setup (`options.channel`) at one time point, both as indices in numerical order.
///
/// Older versions of BigDataViewer store uint16 voxels with the same bits as int16; newer ones record the type in a
/// setup's `dataType` attribute; other programs store true uint16. So int16 without that attribute is read as uint16,
/// and every other type unchanged.
func openBigDataViewer(
  _ file: HDF5File, _ layout: BigDataViewerLayout, _ xml: BigDataViewerXML?, path: String? = nil,
  _ options: VolumeOptions
) throws -> any VolumeSource {
  let counts = VolumeCounts(channels: layout.setups.count, timePoints: layout.timePoints.count)
  try counts.check(options, file.path)
  let setup = layout.setups[options.channel]
  let group = "\(layout.timePoints[options.timePoint].name)/\(setup.name)/0"
  guard let cells = try BigDataViewerCells(file, group) else {
    throw Fault.badData(
      "\(file.path) lacks a view: expected setup \(setup.number) at time point \(layout.timePoints[options.timePoint].number) in /\(group)/cells, found none"
    )
  }
  let dataset = cells.dataset
  guard dataset.shape.count == 3 else {
    throw Fault.badData(
      "\(dataset.file.path) is damaged: expected a dataset of 3 axes in /\(dataset.name), found \(dataset.shape.count)")
  }
  var notes = counts.notes(options)
  var stored = dataset.stored
  if stored == .int16, ["", "uint16"].contains(try file.text("dataType", of: setup.name) ?? "") {
    stored = .uint16
    notes.append("int16 voxels are read as the uint16 that BigDataViewer stores in them")
  }
  if let note = stored.note { notes.append(note) }
  let voxelSize = options.voxelSizeInMicrometres ?? xml?.voxelSizes[setup.number]
  let description = VolumeDescription(
    path: path ?? file.path, format: "BigDataViewer HDF5", extent: dataset.volumeExtent,
    voxelType: stored.voxelType, voxelSizeInMicrometres: voxelSize, channels: counts.channels,
    timePoints: counts.timePoints, storage: "", notes: notes,
    warnings: distantFiles(
      [xml == nil ? nil : file.path, cells.partition].compactMap(\.self), namedBy: path ?? file.path),
    voxelSizeDoubt: voxelSize != nil
      ? nil
      : xml?.reasonForMissingVoxelSize(setup: setup.number)
        ?? "it is in the .xml file, which was not found next to this one")
  return try volume(
    dataset, axes: VolumeAxes(leadingIndices: []), stored: stored, description,
    inputPaths: [xml?.path, file.path, cells.partition].compactMap(\.self))
}
