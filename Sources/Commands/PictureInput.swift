import Files
import Jobs
import Pictures
import Tiling
import VolumeFormats
import Zarr

/// One input of a picture: the levels of a store, or the one level any other volume has.
struct PictureInput {
  let path: String
  let levels: [PicturedVolume]

  init(_ path: String, _ console: Console) throws {
    self.path = path
    if isDirectory(path), Store.isStore(path), let store = try? Store.open(path) {
      levels = store.levels.map { array in
        PicturedVolume(name: array.path, extent: array.extent, voxelType: array.voxelType) { try array.read($0) }
      }
    } else {
      let source = try openVolume(path)
      let description = source.description
      console.warn(about: description)
      levels = [
        PicturedVolume(name: path, extent: description.extent, voxelType: description.voxelType) {
          try source.read($0)
        }
      ]
    }
  }

  func volume(level: Int) throws -> PicturedVolume {
    guard levels.indices.contains(level) else {
      throw Fault.usage("\(path) has levels 0 to \(levels.count - 1), but --level \(level) was asked for")
    }
    return levels[level]
  }

  /// The level that lies over `other`, or the finest one when none does.
  func volume(like other: PicturedVolume) throws -> PicturedVolume {
    levels.first { $0.extent == other.extent } ?? levels[0]
  }
}
