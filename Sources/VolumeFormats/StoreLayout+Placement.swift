import Files
import Foundation
import Zarr

extension StoreLayout {
  /// The attribute of Sheaf that keeps a placement with all its digits, directions and forms, which OME-Zarr has no
  /// words for.
  fileprivate static let placementName = "placement"

  /// Records where the volume that the store is made of lies in space, so that what is exported from it lies there too.
  /// Without a voxel size nothing is recorded.
  package mutating func place(_ placement: VolumePlacement?) {
    guard let placement, voxelSizeInMicrometres != nil else { return }
    originInMicrometres = placement.translationInMicrometres
    if placement.isAnatomical, let data = try? JSONEncoder().encode(placement),
      let json = try? JSONValue(parsing: data, path: name)
    {
      attributes[Self.placementName] = json
    }
  }

  /// Whether a store has been begun at a path that does not record its place in space.
  package static func isBegunWithoutPlace(_ path: String) -> Bool {
    guard fileExists(path), let store = try? Store.open(path) else { return false }
    return store.placement(level: 0) == nil
  }
}

extension Store {
  /// Where a level lies in space: as the volume that was tiled, else by the translation of the level.
  func placement(level: Int) -> VolumePlacement? {
    guard let size = multiscale.voxelSizeInMicrometres(level: level) else { return nil }
    if let recorded = sheafAttributes[StoreLayout.placementName],
      let placement = try? JSONDecoder().decode(VolumePlacement.self, from: recorded.serialised())
    {
      guard level > 0 else { return placement }
      guard let finest = voxelSizeInMicrometres else { return nil }
      return placement.coarsened([size.x / finest.x, size.y / finest.y, size.z / finest.z])
    }
    guard let origin = multiscale.translationInMicrometres(level: level), origin.contains(where: { $0 != 0 }) else {
      return nil
    }
    var placement = VolumePlacement(
      spacing: [size.x, size.y, size.z], origin: origin.reversed(), unitInMicrometres: 1)
    placement.isAnatomical = false
    return placement
  }
}
