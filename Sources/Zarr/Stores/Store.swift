import Files
import Foundation
import Voxels

/// An OME-Zarr image (0.5; 0.4 is read, not written): a group with the levels of one volume, largest first, and optionally
/// labels.
///
/// Sheaf's own files for a store it wrote are in `<store>/.sheaf`, which is an empty Zarr array so that other programs can
/// list the store without errors (`StoreMark`). All other files are as the OME-NGFF 0.5 specification requires.
public final class Store: Sendable {
  package let path: String
  package let multiscale: Multiscale
  package let levels: [ZarrArray]
  /// All attributes of the group.
  package let attributes: [String: JSONValue]
  /// What the axes of level 0 are.
  package let axes: ArrayAxes
  /// The number of channels and time points; opening selects one of each.
  package var channelCount: Int { axes.channels }
  package var timePointCount: Int { axes.timePoints }

  init(
    path: String, multiscale: Multiscale, levels: [ZarrArray], axes: ArrayAxes, attributes: [String: JSONValue]
  ) {
    self.path = path
    self.multiscale = multiscale
    self.levels = levels
    self.attributes = attributes
    self.axes = axes
  }

  package var extent: Extent { levels[0].extent }
  package var voxelType: VoxelType { levels[0].voxelType }
  /// Of level 0; nil if the store does not specify it.
  package var voxelSizeInMicrometres: VoxelSize? { multiscale.voxelSizeInMicrometres(level: 0) }

  /// Sheaf's own attributes, as given when the store was created.
  package var sheafAttributes: [String: JSONValue] { attributes["sheaf"]?.asObject ?? [:] }

  /// The directory for Sheaf's own files in this store.
  package var ownDirectory: String { Store.ownDirectory(of: path) }

  package static func ownDirectory(of path: String) -> String { PrivateDirectory.path(in: path) }

  /// Whether Sheaf wrote the store, and if so whether the job that wrote it has finished.
  package var isOurs: Bool { StoreContents.isSheafStore(path) }
  package var isFinished: Bool { fileExists(StoreContents.path(ofStore: path)) }
  /// The file that is written last.
  package var lastFile: String { StoreContents.path(ofStore: path) }
  /// Whether Sheaf began the store at `path` and has not finished it.
  package static func isUnfinished(_ path: String) -> Bool {
    StoreContents.isSheafStore(path) && !fileExists(StoreContents.path(ofStore: path))
  }

  // MARK: Opening

  /// Whether `path` is a directory that `open` would try to read. A group of Zarr v2 that lost its `.zgroup` is one.
  package static func isStore(_ path: String) -> Bool {
    [ZarrArray.metadataName, Version2.groupName].contains { fileExists(joinPath(path, $0)) }
      || Version2.hasLostGroup(path)
  }

  /// - Throws: `Fault.noInput` saying what is at `path` instead of an image.
  private static func requireStore(_ path: String) throws {
    if isStore(path) { return }
    guard fileExists(path) else { throw Fault.noInput("cannot read \(path): there is no such file or directory") }
    guard isDirectory(path) || isArchived(path) else {
      throw Fault.noInput(
        "\(path) is a file, but an OME-Zarr store is needed: write one with `sheaf tile \(path) STORE.zarr`")
    }
    // Sheaf's own directory is marked as an array (`StoreMark`).
    let names = ((try? directoryEntries(path)) ?? []).filter { !$0.hasPrefix(".") }
    if let level = names.first(where: { (try? ZarrArray.isArray(joinPath(path, $0))) == true }) {
      throw Fault.noInput(
        "\(path) is not an OME-Zarr image: it holds arrays such as \(level), but its own metadata (zarr.json, or .zgroup "
          + "and .zattrs) are missing; restore them, for a store of Sheaf with sheaf verify --repair \(path)")
    }
    let choice = (try? choice(below: path)) ?? ""
    throw Fault.noInput(
      "\(path) is not an OME-Zarr store: there is no zarr.json, .zgroup or .zattrs in it"
        + (choice.isEmpty ? "; write one with `sheaf tile`" : choice))
  }

  /// The document that describes the group in directory `path`, for messages.
  static func documentPath(of path: String) -> String {
    let own = joinPath(path, ZarrArray.metadataName)
    return fileExists(own) ? own : joinPath(path, Version2.attributesName)
  }

  /// Whether `path` is a zip archive with nodes of Zarr or N5, not necessarily at its root.
  package static func isArchived(_ path: String) -> Bool {
    let documents: Set<Substring> = [
      "zarr.json", ".zattrs", ".zarray", ".zgroup", ".zmetadata", "attributes.json",
    ]
    return Archive.names(in: path)?.contains { documents.contains($0.split(separator: "/").last ?? "") } ?? false
  }

  /// Opens the image in directory or archive `path`, at one channel and time point.
  ///
  /// - Throws: `Fault.noInput` when there is none, `Fault.badData` when its metadata is invalid or not supported,
  ///   `Fault.usage` when the requested channel or time point does not exist.
  package static func open(_ path: String, channel: Int = 0, timePoint: Int = 0) throws -> Store {
    try requireStore(path)
    try StoreContents.requireGroup(ofStore: path)
    let group = try GroupMetadata.open(path)
    let multiscale = try multiscale(of: group, path: path)
    // Coarser levels have the axes of the finest.
    var finest: ArrayAxes?
    let levels = try multiscale.datasets.map { dataset in
      let arrayPath = joinPath(path, dataset.path)
      return try ZarrArray.open(arrayPath) { metadata in
        guard metadata.shape.count == multiscale.axes.count else {
          throw Fault.badData(
            "\(arrayPath) has \(metadata.shape.count) axes, but the image \(path) lists \(multiscale.axes.count)")
        }
        let axes = try finest ?? multiscale.arrayAxes(shape: metadata.shape, path: path)
        finest = axes
        guard channel < axes.channels, timePoint < axes.timePoints else {
          throw Fault.usage(
            "\(path) has \(axes.channels) channels and \(axes.timePoints) time points, but channel \(channel) at time "
              + "point \(timePoint) was requested; they count from 0")
        }
        return axes.volume(channel: channel, timePoint: timePoint)
      }
    }
    guard levels.allSatisfy({ $0.voxelType == levels[0].voxelType }) else {
      throw Fault.badData(
        "\(path) has levels of different voxel types: \(levels.map(\.voxelType.rawValue).joined(separator: ", "))")
    }
    return Store(
      path: path, multiscale: multiscale, levels: levels, axes: finest!, attributes: group.attributes)
  }

  /// Why the axes may not be what they are taken for, as sentences.
  package var doubts: [String] {
    axisDoubts
      + (Version2.hasLostGroup(path)
        ? ["its .zgroup is missing; it is read as a group of Zarr v2, as .zattrs says"] : [])
  }

  private var axisDoubts: [String] {
    guard let names = levels[0].metadata.dimensionNames, let own = try? ArrayAxes(names: names, shape: axes.shape),
      own.doubts.isEmpty, (own.z, own.y, own.x) != (axes.z, axes.y, axes.x), names.contains(where: { $0 != nil })
    else { return axes.doubts }
    return axes.doubts + [
      "the image calls its axes \(axes.text), but its array calls them \(own.text); they are read as the image says"
    ]
  }

  static func multiscale(of group: GroupMetadata, path: String) throws -> Multiscale {
    let metadataPath = documentPath(of: path)
    let isVersion3 = fileExists(joinPath(path, ZarrArray.metadataName))
    guard let ome = group.attributes["ome"] else {
      throw Fault.badData(
        "\(path) is not an OME-Zarr image: \(metadataPath) has no \"\(isVersion3 ? "ome" : "multiscales")\" "
          + "attributes\(try choice(below: path))")
    }
    // Many images on Zarr v2 do not state their version.
    let version = ome["version"]?.asString
    let isKnown =
      isVersion3
      ? version == "0.5" || version?.hasPrefix("0.6") == true
      : version == nil && ome["version"] == nil || ["0.1", "0.2", "0.3", "0.4"].contains(version)
    guard isKnown else {
      throw Fault.badData(
        "\(metadataPath): OME-Zarr version 0.5 or 0.6 or, on Zarr v2, 0.1 to 0.4 was expected, found \(ome["version"]?.excerpt ?? "none")"
      )
    }
    guard let first = ome["multiscales"]?.asArray?.first else {
      throw Fault.badData("\(path) is not an OME-Zarr image: it has no multiscales\(try choice(below: path))")
    }
    do {
      return try Multiscale(first)
    } catch let error as MetadataError {
      throw Fault.badData("\(metadataPath) is not a readable OME-Zarr image: \(error.message)")
    }
  }

  /// What to do about a group that only contains images, such as those written by bioformats2raw; for the end of a
  /// sentence.
  private static func choice(below path: String) throws -> String {
    let nodes = try directoryEntries(path).filter { name in
      !name.hasPrefix(".") && (isStore(joinPath(path, name)) || (try? ZarrArray.isArray(joinPath(path, name))) == true)
    }
    return nodes.isEmpty ? "" : "; choose one of \(nodes.prefix(12).joined(separator: ", ")) in it with --dataset"
  }
}
