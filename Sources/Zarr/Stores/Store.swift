import Files
import Foundation
import Voxels

/// An OME-Zarr image (0.5; 0.4 is read): a group with the levels of one volume, largest first, and perhaps labels.
///
/// What Sheaf itself keeps with a store it wrote lies in `<store>/.sheaf`, which is a Zarr group so that listings by
/// other programs do not stumble over it. Every other file is what the OME-NGFF 0.5 specification asks for.
package final class Store: Sendable {
  package let path: String
  package let multiscale: Multiscale
  package let levels: [ZarrArray]
  /// All attributes of the group.
  package let attributes: [String: JSONValue]
  /// Number of channels and time points, of which one each was chosen when opening.
  package let channelCount: Int
  package let timePointCount: Int

  init(path: String, multiscale: Multiscale, levels: [ZarrArray], attributes: [String: JSONValue]) {
    self.path = path
    self.multiscale = multiscale
    self.levels = levels
    self.attributes = attributes
    let counts = Store.leadingCounts(multiscale, shape: levels[0].metadata.shape)
    channelCount = counts.channels
    timePointCount = counts.timePoints
  }

  package var extent: Extent { levels[0].extent }
  package var voxelType: VoxelType { levels[0].voxelType }
  /// Of level 0; nil when the store does not tell.
  package var voxelSizeInMicrometres: VoxelSize? { multiscale.voxelSizeInMicrometres(level: 0) }

  /// Sheaf's own attributes, given when the store was created.
  package var sheafAttributes: [String: JSONValue] { attributes["sheaf"]?.asObject ?? [:] }

  /// The directory for Sheaf's own files of this store.
  package var ownDirectory: String { Store.ownDirectory(of: path) }

  package static func ownDirectory(of path: String) -> String { PrivateDirectory.path(in: path) }

  /// Whether Sheaf wrote the store, and whether the job that did has finished.
  package var isOurs: Bool { StoreContents.isSheafStore(path) }
  package var isFinished: Bool { fileExists(StoreContents.path(ofStore: path)) }

  // MARK: Opening

  /// Whether `path` is a directory that `open` would try to read.
  package static func isStore(_ path: String) -> Bool {
    [ZarrArray.metadataName, Version2.groupName].contains { fileExists(joinPath(path, $0)) }
  }

  /// Opens the image in directory `path`, one channel and time point of it.
  ///
  /// - Throws: `Fault.noInput` when there is none, `Fault.badData` when its metadata cannot be understood,
  ///   `Fault.usage` when it has no such channel or time point.
  package static func open(_ path: String, channel: Int = 0, timePoint: Int = 0) throws -> Store {
    guard isStore(path) else {
      throw Fault.noInput(
        "\(path) is not an OME-Zarr image: there is neither \(ZarrArray.metadataName) nor \(Version2.groupName) in it")
    }
    let group = try GroupMetadata.open(path)
    let multiscale = try multiscale(of: group, path: path)
    let levels = try multiscale.datasets.map { dataset in
      let array = try ZarrArray.open(joinPath(path, dataset.path))
      guard array.metadata.shape.count == multiscale.axes.count else {
        throw Fault.badData(
          "\(array.path) has \(array.metadata.shape.count) axes, but the image \(path) says \(multiscale.axes.count)")
      }
      return try array.view(leadingIndices: leadingIndices(multiscale, channel: channel, timePoint: timePoint))
    }
    guard levels.allSatisfy({ $0.voxelType == levels[0].voxelType }) else {
      throw Fault.badData("\(path) has levels of different voxel types: \(levels.map(\.voxelType.rawValue))")
    }
    return Store(path: path, multiscale: multiscale, levels: levels, attributes: group.attributes)
  }

  static func multiscale(of group: GroupMetadata, path: String) throws -> Multiscale {
    let metadataPath = joinPath(path, ZarrArray.metadataName)
    guard let ome = group.attributes["ome"] else {
      throw Fault.badData("\(path) is not an OME-Zarr image: it has no \"ome\" attributes\(try choice(below: path))")
    }
    // Many images on Zarr v2 do not name their version; what 0.4 requires of them is checked all the same.
    let version2 = !fileExists(metadataPath) && (ome["version"] == "0.4" || ome["version"] == nil)
    guard ome["version"] == "0.5" || version2 else {
      throw Fault.badData(
        "\(metadataPath): OME-Zarr version 0.5 or, on Zarr v2, 0.4 was expected, found \(ome["version"]?.excerpt ?? "none")"
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

  /// What to do about a group that only holds images, as those of bioformats2raw do; for the end of a sentence.
  private static func choice(below path: String) throws -> String {
    let nodes = try directoryEntries(path).filter { name in
      isStore(joinPath(path, name)) || (try? ZarrArray.isArray(joinPath(path, name))) == true
    }
    return nodes.isEmpty ? "" : "; choose one of \(nodes.prefix(12).joined(separator: ", ")) in it with --dataset"
  }

  private static func isTime(_ axis: Multiscale.Axis) -> Bool { axis.type == "time" || axis.name == "t" }

  private static func leadingIndices(_ multiscale: Multiscale, channel: Int, timePoint: Int) -> [Int] {
    multiscale.axes.dropLast(3).map { isTime($0) ? timePoint : channel }
  }

  private static func leadingCounts(_ multiscale: Multiscale, shape: [Int]) -> (channels: Int, timePoints: Int) {
    var (channels, timePoints) = (1, 1)
    for (axis, count) in zip(multiscale.axes.dropLast(3), shape) {
      if isTime(axis) { timePoints = count } else { channels = count }
    }
    return (channels, timePoints)
  }
}
