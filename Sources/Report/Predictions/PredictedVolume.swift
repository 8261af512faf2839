import Components
import Files
import Foundation
import Pictures
import VolumeFormats
import Voxels
import Zarr

/// An output of `sheaf infer` or `sheaf label` with what belongs to it: probabilities, labels, objects, and the image.
struct PredictedVolume {
  let path: String
  let origin: Origin?
  /// Nil for labels alone.
  let probabilities: Store?
  let labels: Store?
  let objects: ObjectList?
  /// The image that was segmented; nil where it cannot be found.
  let image: PicturedVolume?
  let imageLevels: [ZarrArray]
  let voxelSize: VoxelSize?

  var extent: Extent { (labels ?? probabilities!).extent }

  /// - Parameters:
  ///   - images: stores that are part of the report, for outputs whose image was moved.
  /// - Throws: `Fault.badData` when the image has another extent, or the table is that of other labels.
  init(_ store: Store, isProbability: Bool, images: [Store], tables: [ObjectList]) throws {
    path = store.path
    let own = store.ownDirectory
    labels = isProbability ? try store.labelNames().first.map { try store.label($0) } : store
    let summary = joinPath(own, "summary.json")
    origin = Origin(in: own, last: fileExists(summary) ? summary : store.lastFile)
    probabilities = isProbability ? store : Self.probabilities(origin, beside: store)
    voxelSize = store.voxelSizeInMicrometres
    let ownTable = joinPath(own, "objects.csv")
    objects = fileExists(ownTable) ? try ObjectList(ownTable) : tables.first
    let (image, levels) = try Self.image(of: origin, images: images, extent: store.extent, path: path)
    self.image = image
    imageLevels = levels
  }

  /// What labels were made from, where it was or beside them; nil where it is gone.
  private static func probabilities(_ origin: Origin?, beside labels: Store) -> Store? {
    guard let recorded = origin?.input("probabilities") else { return nil }
    let name = recorded.split(separator: "/").last.map(String.init) ?? recorded
    return [recorded, joinPath(parentDirectory(of: labels.path), name)].lazy.filter(Store.isStore)
      .compactMap { try? Store.open($0) }
      .first { $0.extent == labels.extent && $0.declaredContent?.kind == .probabilities }
  }

  private static func image(
    of origin: Origin?, images: [Store], extent: Extent, path: String
  ) throws -> (PicturedVolume?, [ZarrArray]) {
    func pictured(_ store: Store) -> (PicturedVolume?, [ZarrArray]) {
      let array = store.levels[0]
      return (
        PicturedVolume(name: store.path, extent: array.extent, voxelType: array.voxelType) { try array.read($0) },
        store.levels
      )
    }
    let recorded = ["store", "image", "input", "volume"].lazy.compactMap { origin?.input($0) }.first
    guard var place = recorded else {
      let fitting = images.filter { $0.extent == extent }
      return fitting.count == 1 ? pictured(fitting[0]) : (nil, [])
    }
    // Earlier versions recorded the statistics of the store.
    if let end = place.range(of: "/\(PrivateDirectory.name)/statistics") { place = String(place[..<end.lowerBound]) }
    let name = place.split(separator: "/").last
    if let given = images.first(where: { $0.path == place })
      ?? images.first(where: { $0.path.split(separator: "/").last == name })
    {
      guard given.extent == extent else {
        throw Fault.badData(
          "\(path) has \(extent) voxels, but the image it was made from, \(given.path), has \(given.extent): one of them was "
            + "replaced since; give the volumes that belong together")
      }
      return pictured(given)
    }
    guard fileExists(place) else { return (nil, []) }
    if isDirectory(place), Store.isStore(place), let store = try? Store.open(place), store.extent == extent {
      return pictured(store)
    }
    guard let source = try? openVolume(place), source.description.extent == extent, !source.readingGeometry.isSequential
    else { return (nil, []) }
    return (
      PicturedVolume(name: place, extent: extent, voxelType: source.description.voxelType) { try source.read($0) }, []
    )
  }

  /// Refuses a table of other labels.
  func require(_ table: ObjectList) throws {
    guard let labels else { return }
    let array = labels.levels[0]
    try table.require(
      ObjectList.Labels(path: path, extent: labels.extent, isUnfinished: labels.isOurs && !labels.isFinished) {
        id, start, end in
        let region = Region(
          from: Coordinate(start[0], start[1], start[2]), to: Coordinate(end[0], end[1], end[2]))
        guard let voxels = try? array.read(region), let ids = try? LabelNumbers.of(voxels) else { return false }
        return ids.contains(id)
      })
  }
}

/// Labels of any integer type.
enum LabelNumbers {
  static func of(_ buffer: VoxelBuffer) throws -> [UInt64] {
    withExtendedLifetime(buffer) {
      switch buffer.type {
      case .uint8: buffer.voxels(as: UInt8.self).map { UInt64($0) }
      case .uint16: buffer.voxels(as: UInt16.self).map { UInt64($0) }
      case .uint32: buffer.voxels(as: UInt32.self).map { UInt64($0) }
      case .uint64: Array(buffer.voxels(as: UInt64.self))
      case .int16: buffer.voxels(as: Int16.self).map { UInt64(max(0, $0)) }
      case .float32: buffer.voxels(as: Float.self).map { $0 >= 0.5 && $0 < 1e18 ? UInt64($0.rounded()) : 0 }
      }
    }
  }
}
